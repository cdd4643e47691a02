/** The forward pass of the same layers in jax-js on WebAssembly; unpooling as in `run-tfjs.mjs`. No call to warm up: one takes a minute. */
import { defaultDevice, init, jit, lax, nn, numpy as np } from "@jax-js/jax";
import { sampleOf, serveRounds, settings } from "../compare/serve-rounds.mjs";
import { firstImages, readGraph, readTensors } from "./graph-file.mjs";

const { graph, weights, data, batch } = settings;
await init("wasm");
defaultDevice("wasm");
const { input, output, nodes } = readGraph(graph);
const toArray = ({ shape, data }) => np.array(data).reshape(shape);
const parameters = Object.fromEntries([...readTensors(weights)].map(([name, tensor]) => [name, toArray(tensor)]));
const images = toArray(firstImages(readTensors(data).get("images"), batch));

// A function consumes its arguments; `.ref` keeps one for another reader.
const OPERATORS = {
  Conv({ relu }, [x, weight, bias]) {
    const y = lax.convGeneralDilated(x, weight, [1, 1], "SAME").add(bias.reshape([1, -1, 1, 1]));
    return [relu ? nn.relu(y) : y];
  },
  MaxPool(_, [x]) {
    const [n, channels, height, width] = x.shape;
    const blocks = x.reshape([n, channels, height / 2, 2, width / 2, 2]).transpose([0, 1, 2, 4, 3, 5]);
    const windows = blocks.reshape([n, channels, height / 2, width / 2, 4]);
    const switches = nn.oneHot(np.argmax(windows.ref, 4), 4);
    return [np.max(windows, 4), switches];
  },
  MaxUnpool(_, [x, switches]) {
    const [n, channels, height, width] = x.shape;
    const spread = x.reshape([n, channels, height, width, 1]).mul(switches);
    const blocks = spread.reshape([n, channels, height, width, 2, 2]).transpose([0, 1, 2, 4, 3, 5]);
    return [blocks.reshape([n, channels, 2 * height, 2 * width])];
  },
};

const scores = jit((parameters, images) => {
  const values = new Map([...Object.entries(parameters), [input, images]]);
  for (const node of nodes) {
    const results = OPERATORS[node.op](
      node,
      node.inputs.map((name) => values.get(name)),
    );
    for (const [i, name] of node.outputs.entries()) values.set(name, results[i]);
  }
  return values.get(output);
});

let sample;
async function forward() {
  const references = Object.fromEntries(Object.entries(parameters).map(([name, array]) => [name, array.ref]));
  sample = sampleOf(await scores(references, images.ref).data());
}
await serveRounds({}, forward, () => ({ sample }));
