/**
 * A small net that finds edges: three scales of convolutions, a score of each, added up at half of the photo's resolution.
 *
 * The side scores follow Xie and Tu, "Holistically-Nested Edge Detection", ICCV 2015; the loss is one, behind the sum, and no layer
 * comes from another net.
 */
import type { ValueInfo } from "../onnx/index.ts";
import { type GraphOptions, LayerBuilder } from "./layer-builder.ts";
import type { Net } from "./net.ts";

/** Width and height of the input are whole multiples of this, px. */
export const EDGE_NET_GRID = 8;
/** No edge, edge. */
const CLASSES = 2;

export interface EdgeNetOptions extends GraphOptions {
  /** Of the input, a multiple of {@link EDGE_NET_GRID}, px. */
  readonly height: number;
  readonly width: number;
}

/** Scores `[N, 2, height/2, width/2]` of an input `[N, 3, height, width]`, RGB. */
export function edgeNet({ height, width, ...options }: EdgeNetOptions): Net {
  const net = new LayerBuilder("edge-net", options);
  const conv = (x: ValueInfo, layer: string, channels: number) => net.conv(x, layer, channels, { norm: true });
  const score = (x: ValueInfo, layer: string) => net.conv(x, layer, CLASSES, { kernel: 1, pad: 0, relu: false });
  const enlarged = (x: ValueInfo, factor: number) =>
    net.upsample(x, `upscore_${x.name}`, 2 * factor, factor, factor / 2);

  let x = conv(net.input(height, width), "conv1", 16);
  x = net.maxPool(x, "pool1").output; // stride 2
  x = conv(conv(x, "conv2_1", 32), "conv2_2", 32);
  const fine = score(x, "score2");
  x = net.maxPool(x, "pool2").output; // stride 4
  x = conv(conv(x, "conv3_1", 48), "conv3_2", 48);
  const middle = score(x, "score3");
  x = net.maxPool(x, "pool3").output; // stride 8
  x = conv(conv(x, "conv4_1", 64), "conv4_2", 64);
  const coarse = score(x, "score4");
  const sum = net.g.add(net.g.add(fine, enlarged(middle, 2)), enlarged(coarse, 4));
  return net.build("edge-net", sum, "score2");
}
