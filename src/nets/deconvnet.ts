/**
 * DeconvNet: VGG-16, two fully connected layers, and its mirror image of unpooling and deconvolution.
 *
 * @see Noh, Hong, Han, Learning Deconvolution Network for Semantic Segmentation, ICCV 2015, section 3 and table of layers.
 */
import { OptionError } from "../errors.ts";
import type { ValueInfo } from "../onnx/index.ts";
import { type GraphOptions, LayerBuilder } from "./layer-builder.ts";
import type { Net } from "./net.ts";
import { type BlockWidths, VGG16_WIDTHS, vgg16Blocks } from "./vgg16.ts";

/** What a model file must store to build the net again. */
export interface DeconvNetOptions {
  /** Height and width of the input in px, a multiple of 32. Default 224. */
  readonly inputSize?: number;
  /** Classes including background. Default 21. */
  readonly classes?: number;
  /** Channels of the five blocks, in encoder and decoder alike. Default 64, 128, 256, 512, 512. */
  readonly widths?: BlockWidths;
  /** Channels of fc6 and fc7. Default 4096; 0 leaves fc6, fc7 and fc6-deconv out. */
  readonly fcWidth?: number;
  /** Deconvolutions in the decoder's blocks 5 to 1, at most 3, 3, 3, 2, 2: the default, and the encoder's mirror image. */
  readonly decoderLayers?: readonly [number, number, number, number, number];
  /** Channels of the decoder's last block. Default: those of the encoder's first. */
  readonly lastWidth?: number;
  /** Leading encoder blocks without batch norm, for VGG layers that stay as they are. Default 0. */
  readonly plainBlocks?: number;
}

export const DECONVNET_DEFAULTS = Object.freeze({
  inputSize: 224,
  classes: 21,
  widths: VGG16_WIDTHS,
  fcWidth: 4096,
  decoderLayers: Object.freeze([3, 3, 3, 2, 2]) as readonly [3, 3, 3, 2, 2],
  plainBlocks: 0,
}) satisfies DeconvNetOptions;

/** Preset `paper`: 251,805,653 parameters. */
export const PAPER_DECONVNET: DeconvNetOptions & GraphOptions = Object.freeze({ ...DECONVNET_DEFAULTS, epsilon: 1e-9 });

export function deconvNet(options: DeconvNetOptions & GraphOptions = {}): Net {
  const { inputSize, classes, widths, fcWidth, decoderLayers, plainBlocks } = { ...DECONVNET_DEFAULTS, ...options };
  const [c1, c2, c3, c4, c5] = widths;
  const last = options.lastWidth ?? c1;
  checkOptions(inputSize, classes, decoderLayers);
  const net = new LayerBuilder("deconvnet", options);
  // A thinner decoder leaves out the first layers of a block: its last one brings the channels of the next switches.
  const deconv = (x: ValueInfo, layer: string, channels: number): ValueInfo => {
    const [block, position] = [Number(layer.charAt(6)), Number(layer.charAt(8))];
    const full = DECONVNET_DEFAULTS.decoderLayers[5 - block] ?? 0;
    return position <= full - (decoderLayers[5 - block] ?? full) ? x : net.deconv(x, layer, channels, { norm: true });
  };

  const [pool1, pool2, pool3, pool4, pool5] = vgg16Blocks(net, net.input(inputSize, inputSize), {
    widths,
    plainBlocks,
  });
  let x = pool5.output;
  if (fcWidth > 0) {
    const kernel = inputSize / 32;
    x = net.conv(x, "fc6", fcWidth, { kernel, pad: 0, norm: true }); // 4096 x 1 x 1
    x = net.conv(x, "fc7", fcWidth, { kernel: 1, pad: 0, norm: true }); // 4096 x 1 x 1
    x = net.deconv(x, "fc6-deconv", c5, { kernel, pad: 0, norm: true }); // 512 x 7 x 7
  }
  x = net.maxUnpool(x, "unpool5", pool5); // 512 x 14 x 14
  x = deconv(x, "deconv5_1", c5); // 512 x 14 x 14
  x = deconv(x, "deconv5_2", c5); // 512 x 14 x 14
  x = deconv(x, "deconv5_3", c4); // 512 x 14 x 14
  x = net.maxUnpool(x, "unpool4", pool4); // 512 x 28 x 28
  x = deconv(x, "deconv4_1", c4); // 512 x 28 x 28
  x = deconv(x, "deconv4_2", c4); // 512 x 28 x 28
  x = deconv(x, "deconv4_3", c3); // 256 x 28 x 28
  x = net.maxUnpool(x, "unpool3", pool3); // 256 x 56 x 56
  x = deconv(x, "deconv3_1", c3); // 256 x 56 x 56
  x = deconv(x, "deconv3_2", c3); // 256 x 56 x 56
  x = deconv(x, "deconv3_3", c2); // 128 x 56 x 56
  x = net.maxUnpool(x, "unpool2", pool2); // 128 x 112 x 112
  x = deconv(x, "deconv2_1", c2); // 128 x 112 x 112
  x = deconv(x, "deconv2_2", c1); // 64 x 112 x 112
  x = net.maxUnpool(x, "unpool1", pool1); // 64 x 224 x 224
  x = deconv(x, "deconv1_1", last); // 64 x 224 x 224
  x = deconv(x, "deconv1_2", last); // 64 x 224 x 224
  const score = net.conv(x, "seg-score-voc", classes, { kernel: 1, pad: 0, relu: false }); // 21 x 224 x 224
  return net.build("deconvnet", score, "seg-score-voc");
}

function checkOptions(inputSize: number, classes: number, decoderLayers: readonly number[]): void {
  const full = DECONVNET_DEFAULTS.decoderLayers;
  if (decoderLayers.length !== 5 || !full.every((most, i) => isWithin(decoderLayers[i], 1, most))) {
    throw new OptionError(
      `deconvNet: expected 5 decoderLayers from 1 to ${full.join(", ")}, got [${decoderLayers.join(", ")}].`,
    );
  }
  if (!Number.isInteger(inputSize / 32) || inputSize < 32) {
    throw new OptionError(
      `deconvNet: expected an inputSize that is a multiple of 32 px (five poolings), got ${inputSize}.`,
    );
  }
  if (!Number.isInteger(classes) || classes < 1 || classes > 255) {
    throw new OptionError(`deconvNet: expected 1 to 255 classes (255 is void), got ${classes}.`);
  }
}

function isWithin(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= low && value <= high;
}
