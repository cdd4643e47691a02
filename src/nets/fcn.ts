/**
 * FCN-32s, FCN-16s and FCN-8s on VGG-16.
 *
 * @see Shelhamer, Long, Darrell, Fully Convolutional Networks for Semantic Segmentation, PAMI 2017, sections 4.1 to 4.3.
 */
import { knownDim, type ValueInfo } from "../onnx/index.ts";
import { type GraphOptions, LayerBuilder } from "./layer-builder.ts";
import type { Net } from "./net.ts";
import { type BlockWidths, VGG16_WIDTHS, vgg16Blocks } from "./vgg16.ts";

export interface FcnOptions {
  /** Stride of the finest score map that is used. Default `8s`. */
  readonly variant?: "32s" | "16s" | "8s";
  /** Input height in px. Default 500. */
  readonly height?: number;
  /** Input width in px. Default 500. */
  readonly width?: number;
  readonly classes?: number;
  readonly widths?: BlockWidths;
  readonly fcWidth?: number;
  /** Scale pool4 by 0.01 and pool3 by 0.0001 before they are scored, to train all strides at once. Default false. */
  readonly atOnce?: boolean;
}

export const FCN_DEFAULTS = Object.freeze({
  variant: "8s",
  height: 500,
  width: 500,
  classes: 21,
  widths: VGG16_WIDTHS,
  fcWidth: 4096,
  atOnce: false,
}) satisfies FcnOptions;

export function fcn(options: FcnOptions & GraphOptions = {}): Net {
  const { variant, height, width, classes, widths, fcWidth, atOnce } = { ...FCN_DEFAULTS, ...options };
  const net = new LayerBuilder(`fcn${variant}`, options);
  const score = (x: ValueInfo, layer: string) => net.conv(x, layer, classes, { kernel: 1, pad: 0, relu: false });
  const scaled = (x: ValueInfo, factor: number) => (atOnce ? net.g.mul(x, net.g.scalar(factor)) : x);

  // The padding of 100 px lets fc6 see every pixel of the image; the crops below cut it off again.
  const [, , pool3, pool4, pool5] = vgg16Blocks(net, net.input(height, width), {
    widths,
    firstPad: 100,
    plainBlocks: 5,
  });
  let x = net.conv(pool5.output, "fc6", fcWidth, { kernel: 7, pad: 0 });
  x = net.conv(x, "fc7", fcWidth, { kernel: 1, pad: 0 });
  x = score(x, "score_fr"); // stride 32
  let stride = 32;
  if (variant !== "32s") {
    const pool4Score = score(scaled(pool4.output, 0.01), "score_pool4");
    x = fuse(net, net.upsample(x, "upscore2", 4, 2), pool4Score, 5, "fuse_pool4"); // stride 16
    stride = 16;
  }
  if (variant === "8s") {
    const pool3Score = score(scaled(pool3.output, 0.0001), "score_pool3");
    x = fuse(net, net.upsample(x, "upscore_pool4", 4, 2), pool3Score, 9, "fuse_pool3"); // stride 8
    stride = 8;
  }
  x = net.upsample(x, stride === 32 ? "upscore" : `upscore${stride}`, 2 * stride, stride);
  const offset = { 32: 19, 16: 27, 8: 31 }[stride] ?? 0;
  return net.build(`fcn${variant}`, crop(net, x, offset, height, width, "score"), "score_fr");
}

/** Adds the finer scores, cut to the size of the upsampled ones from `offset` on. */
function fuse(net: LayerBuilder, coarse: ValueInfo, fine: ValueInfo, offset: number, name: string): ValueInfo {
  const [height, width] = [knownDim(coarse.shape[2], name), knownDim(coarse.shape[3], name)];
  const cut = crop(net, fine, offset, height, width, `${fine.name}c`);
  return net.g.op("Add", [coarse, cut], {}, { name });
}

function crop(
  { g }: LayerBuilder,
  x: ValueInfo,
  offset: number,
  height: number,
  width: number,
  name: string,
): ValueInfo {
  const inputs = [x, g.ints([offset, offset]), g.ints([offset + height, offset + width]), g.ints([2, 3])];
  return g.op("Slice", inputs, {}, { name });
}
