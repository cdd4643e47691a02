/**
 * A small edge net: three scales of convolutions, a score of each, added up at half of the photo's resolution.
 *
 * The side scores follow Xie and Tu, "Holistically-Nested Edge Detection", ICCV 2015; their losses are one, behind the sum.
 */
import { type GraphOptions, LayerBuilder, type Net } from "deconvnet/nets";
import type { ValueInfo } from "deconvnet/onnx";

/** Width and height of the input are whole multiples of this, px. */
export const EDGE_NET_GRID = 8;
/** No edge, edge. */
const CLASSES = 2;

export interface EdgeNetOptions extends GraphOptions {
  readonly height: number;
  readonly width: number;
}

export function edgeNet({ height, width, ...options }: EdgeNetOptions): Net {
  const net = new LayerBuilder("edge-net", options);
  const conv = (x: ValueInfo, layer: string, channels: number) => net.conv(x, layer, channels, { norm: true });
  const score = (x: ValueInfo, layer: string) =>
    net.conv(x, layer, CLASSES, { kernel: 1, pad: 0, relu: false, norm: false });

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
  const sum = net.g.add(net.g.add(fine, enlarged(net, middle, 2)), enlarged(net, coarse, 4));
  return net.build("edge-net", sum, "score2");
}

/** Bilinear enlargement by a power of two; the frame that the kernel adds is cut off. */
function enlarged(net: LayerBuilder, x: ValueInfo, factor: number): ValueInfo {
  const large = net.upsample(x, `upscore_${x.name}`, 2 * factor, factor);
  const [, , height = 0, width = 0] = large.shape.map(Number);
  const [from, to] = [[factor / 2, factor / 2] as const, [height - factor / 2, width - factor / 2] as const];
  return net.g.slice(large, [2, 3], from, to);
}
