/** The gradient of one convolution's weight in TensorFlow.js on its cpu backend. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { sampleOf, serveRounds, settings } from "../compare/serve-rounds.mjs";
import { readTensors } from "./graph-file.mjs";

const { data, weightShape } = settings;
await tf.setBackend("cpu");
const [out, inputs, kernelHeight, kernelWidth] = weightShape;
const tensors = readTensors(data);
const channelsLast = ({ shape, data }) => tf.transpose(tf.tensor(data, shape), [0, 2, 3, 1]);
const [x, dy] = [channelsLast(tensors.get("input")), channelsLast(tensors.get("outputGradient"))];
const filterShape = [kernelHeight, kernelWidth, inputs, out];

// The kernel alone: the public gradient would compute the convolution too.
const attributes = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dimRoundingMode: undefined, filterShape };
const gradient = () => tf.engine().runKernel("Conv2DBackpropFilter", { x, dy }, attributes);
const sample = sampleOf(tf.tidy(() => tf.transpose(gradient(), [3, 2, 0, 1]).dataSync()));
await serveRounds({ sample }, () => tf.tidy(() => gradient().dataSync()));
