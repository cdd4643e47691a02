/**
 * Makes models/vgg16-conv1-conv3.safetensors: the first seven convolution layers of VGG-16 with float16 weights and
 * float32 biases. Run as `npx tsx scripts/make-vgg16.ts SOURCE`, where SOURCE is a float32 safetensors file with tensors
 * named `conv1_1.weight`, `conv1_1.bias`, ..., weights as [out, in, row, column].
 */
import { fileURLToPath } from "node:url";
import { openSafetensors, writeModelFile } from "deconvnet/node";
import type { Tensor } from "deconvnet/onnx";
import { fromFloat16, isLayerWeight, type LayersMetadata, toFloat16 } from "deconvnet/weights";

const LAYERS = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"];
const TARGET = fileURLToPath(new URL("../models/vgg16-conv1-conv3.safetensors", import.meta.url));

const METADATA: LayersMetadata = {
  contents: "layers",
  architecture: "vgg16",
  architectureOptions: { layers: LAYERS, kernel: 3, stride: 1, pad: 1, batchNorm: false },
  channelOrder: "BGR",
  mean: [103.939, 116.779, 123.68],
  training: { dataSets: [{ name: "ImageNet" }] },
  license: "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
  authors: "Karen Simonyan and Andrew Zisserman",
  changes:
    "From the VGG-16 model of 'Very Deep Convolutional Networks for Large-Scale Image Recognition' (ICLR 2015): " +
    "only conv1_1 to conv3_3 kept, tensors renamed and laid out as [out, in, row, column], weights rounded to float16.",
};

async function readLayers(path: string): Promise<Map<string, Tensor>> {
  const file = await openSafetensors(path);
  try {
    const tensors = new Map<string, Tensor>();
    for (const layer of LAYERS) {
      for (const name of [`${layer}.weight`, `${layer}.bias`]) tensors.set(name, await file.read(name));
    }
    return tensors;
  } finally {
    await file.dispose();
  }
}

/** What the rounding of one weight does to it: largest absolute error, and that error relative to the largest weight. */
function roundingError(name: string, values: Float32Array): { absolute: number; relative: number } {
  const rounded = fromFloat16(toFloat16(values, name));
  let absolute = 0;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    absolute = Math.max(absolute, Math.abs(values[i]! - rounded[i]!));
    largest = Math.max(largest, Math.abs(values[i]!));
  }
  return { absolute, relative: absolute / largest };
}

async function main(): Promise<void> {
  const [source] = process.argv.slice(2);
  if (source === undefined) throw new Error("usage: npx tsx scripts/make-vgg16.ts SOURCE.safetensors");
  const tensors = await readLayers(source);
  for (const [name, { shape, data }] of tensors) {
    if (!isLayerWeight(name, shape) || !(data instanceof Float32Array)) continue;
    const { absolute, relative } = roundingError(name, data);
    const errors = `${absolute.toExponential(2)}, ${relative.toExponential(2)} of the largest weight`;
    process.stdout.write(`${name}: largest rounding error ${errors}\n`);
  }
  await writeModelFile(TARGET, { metadata: METADATA, tensors });
}

await main();
