/**
 * VGG-16: the encoder of DeconvNet and the trunk of FCN.
 *
 * @see Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015, configuration D.
 */
import type { ValueInfo } from "../onnx/index.ts";
import { type GraphOptions, LayerBuilder } from "./layer-builder.ts";
import type { Net } from "./net.ts";
import type { Pooled } from "./portable-pooling.ts";

/** Channels of the five blocks of convolutions. */
export type BlockWidths = readonly [number, number, number, number, number];

export const VGG16_WIDTHS: BlockWidths = Object.freeze([64, 128, 256, 512, 512]);

export interface Vgg16BlockOptions {
  readonly widths: BlockWidths;
  /** Padding of conv1_1: 1, or 100 in FCN. */
  readonly firstPad?: number;
  /** Leading blocks without batch norm; 5 leaves it out everywhere. */
  readonly plainBlocks: number;
}

/** The thirteen convolutions and five poolings; returns the poolings, which hold the switches. */
export function vgg16Blocks(
  net: LayerBuilder,
  input: ValueInfo,
  options: Vgg16BlockOptions,
): [Pooled, Pooled, Pooled, Pooled, Pooled] {
  const [c1, c2, c3, c4, c5] = options.widths;
  const conv = (x: ValueInfo, layer: string, channels: number, pad = 1) =>
    net.conv(x, layer, channels, { pad, norm: Number(layer.charAt(4)) > options.plainBlocks });

  let x = conv(input, "conv1_1", c1, options.firstPad); // 64 x 224 x 224
  x = conv(x, "conv1_2", c1); // 64 x 224 x 224
  const pool1 = net.maxPool(x, "pool1"); // 64 x 112 x 112
  x = conv(pool1.output, "conv2_1", c2); // 128 x 112 x 112
  x = conv(x, "conv2_2", c2); // 128 x 112 x 112
  const pool2 = net.maxPool(x, "pool2"); // 128 x 56 x 56
  x = conv(pool2.output, "conv3_1", c3); // 256 x 56 x 56
  x = conv(x, "conv3_2", c3); // 256 x 56 x 56
  x = conv(x, "conv3_3", c3); // 256 x 56 x 56
  const pool3 = net.maxPool(x, "pool3"); // 256 x 28 x 28
  x = conv(pool3.output, "conv4_1", c4); // 512 x 28 x 28
  x = conv(x, "conv4_2", c4); // 512 x 28 x 28
  x = conv(x, "conv4_3", c4); // 512 x 28 x 28
  const pool4 = net.maxPool(x, "pool4"); // 512 x 14 x 14
  x = conv(pool4.output, "conv5_1", c5); // 512 x 14 x 14
  x = conv(x, "conv5_2", c5); // 512 x 14 x 14
  x = conv(x, "conv5_3", c5); // 512 x 14 x 14
  const pool5 = net.maxPool(x, "pool5"); // 512 x 7 x 7
  return [pool1, pool2, pool3, pool4, pool5];
}

export interface Vgg16Options extends GraphOptions {
  readonly widths?: BlockWidths;
  /** Channels of fc6 and fc7. Default 4096. */
  readonly fcWidth?: number;
  /** Default 1000, ImageNet's. */
  readonly classes?: number;
  /** Height and width of the input in px, a multiple of 32. Default 224. */
  readonly inputSize?: number;
}

/** The image classifier, its fully connected layers as convolutions; scores are `[n, classes, 1, 1]`. */
export function vgg16(options: Vgg16Options = {}): Net {
  const { widths = VGG16_WIDTHS, fcWidth = 4096, classes = 1000, inputSize = 224 } = options;
  const net = new LayerBuilder("vgg16", options);
  const [, , , , pool5] = vgg16Blocks(net, net.input(inputSize, inputSize), { widths, plainBlocks: 5 });
  let x = net.conv(pool5.output, "fc6", fcWidth, { kernel: inputSize / 32, pad: 0 }); // 4096 x 1 x 1
  x = net.conv(x, "fc7", fcWidth, { kernel: 1, pad: 0 }); // 4096 x 1 x 1
  const score = net.conv(x, "fc8", classes, { kernel: 1, pad: 0, relu: false }); // 1000 x 1 x 1
  return net.build("vgg16", score, "fc8");
}
