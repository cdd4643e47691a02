/**
 * The forward pass of the same layers in TensorFlow.js, in its own layout (channels last). Bias and ReLU are fused into the
 * convolutions. It has no unpooling: the switches are one-hot over the four pixels of a window, and unpooling multiplies by them.
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import { sampleOf, serveRounds, settings } from "../compare/serve-rounds.mjs";
import { firstImages, readGraph, readTensors } from "./graph-file.mjs";

const { graph, weights, data, batch } = settings;
await tf.setBackend("wasm");
const { input, output, nodes } = readGraph(graph);
const parameters = new Map(
  [...readTensors(weights)].map(([name, { shape, data }]) => {
    const tensor = tf.tensor(data, shape);
    return [name, shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor]; // [kh, kw, in, out]
  }),
);

const OPERATORS = {
  Conv({ relu }, [x, filter, bias]) {
    const activation = relu ? "relu" : "linear";
    return [tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same", activation })];
  },
  MaxPool(_, [x]) {
    const [n, height, width, channels] = x.shape;
    const blocks = tf.reshape(x, [(n * height) / 2, 2, width / 2, 2, channels]);
    const windows = tf.reshape(tf.transpose(blocks, [0, 2, 4, 1, 3]), [-1, 4]);
    const switches = tf.cast(tf.oneHot(tf.argMax(windows, 1), 4), "float32");
    return [tf.maxPool(x, 2, 2, "valid"), switches];
  },
  MaxUnpool(_, [x, switches]) {
    const [n, height, width, channels] = x.shape;
    const spread = tf.mul(tf.reshape(x, [-1, 1]), switches);
    const blocks = tf.transpose(tf.reshape(spread, [n * height, width, channels, 2, 2]), [0, 3, 1, 4, 2]);
    return [tf.reshape(blocks, [n, 2 * height, 2 * width, channels])];
  },
};

const images = firstImages(readTensors(data).get("images"), batch);
const pixels = tf.transpose(tf.tensor(images.data, images.shape), [0, 2, 3, 1]);

function scores() {
  const values = new Map([...parameters, [input, pixels]]);
  for (const node of nodes) {
    const results = OPERATORS[node.op](
      node,
      node.inputs.map((name) => values.get(name)),
    );
    for (const [i, name] of node.outputs.entries()) values.set(name, results[i]);
  }
  return values.get(output);
}

const forward = () => tf.tidy(() => scores().dataSync());
const sample = sampleOf(tf.tidy(() => tf.transpose(scores(), [0, 3, 1, 2]).dataSync()));
await serveRounds({ sample }, forward);
