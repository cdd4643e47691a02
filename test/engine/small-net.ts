/** A DeconvNet of two levels for 8x8 px, from the built package, and images for it. */
import { type GraphOptions, initialize, LayerBuilder, type Net } from "deconvnet/nets";
import type { Tensor } from "deconvnet/onnx";
import type { MicroBatch } from "deconvnet/train";

const SIZE = 8;
export const CLASSES = 3;
const VOID = 255;

/** @param norm - Whether there is batch norm behind the layers. */
export function smallNet(options: GraphOptions = {}, norm = true): Net {
  const net = new LayerBuilder("small", { mode: "training", ...options });
  let x = net.conv(net.input(SIZE, SIZE), "conv1_1", 8, { norm });
  const pool1 = net.maxPool(x, "pool1");
  x = net.conv(pool1.output, "conv2_1", 12, { norm });
  const pool2 = net.maxPool(x, "pool2");
  x = net.conv(pool2.output, "fc6", 16, { kernel: 2, pad: 0, norm });
  x = net.deconv(x, "fc6-deconv", 12, { kernel: 2, pad: 0, norm });
  x = net.maxUnpool(x, "unpool2", pool2);
  x = net.deconv(x, "deconv2_1", 8, { norm });
  x = net.maxUnpool(x, "unpool1", pool1);
  x = net.deconv(x, "deconv1_1", 8, { norm });
  return net.build("small", net.conv(x, "seg-score-voc", CLASSES, { kernel: 1, pad: 0, relu: false }), "seg-score-voc");
}

/** First parameters; score weights a little larger than He's, so that the loss moves at once. */
export function firstParameters(net: Net, seed = 1): Map<string, Tensor> {
  return initialize(net, { seed });
}

/** A disc or a bar of its own colour on noise, with the labels of both; the rim is void. */
export function syntheticBatch(images: number, first = 0): MicroBatch {
  const pixels = new Float32Array(images * 3 * SIZE * SIZE);
  const labels = new Int32Array(images * SIZE * SIZE);
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < SIZE * SIZE; i++) {
      const [row, column] = [Math.floor(i / SIZE), i % SIZE];
      const label = classAt(n + first, row, column);
      labels[n * SIZE * SIZE + i] = row === 0 ? VOID : label;
      for (let c = 0; c < 3; c++) {
        pixels[(n * 3 + c) * SIZE * SIZE + i] =
          (label === c ? 1 : -0.5) + 0.3 * Math.sin(12.9898 * i + 78.233 * (n + first) + c);
      }
    }
  }
  return {
    images: { type: "float32", shape: [images, 3, SIZE, SIZE], data: pixels },
    labels: { type: "int32", shape: [images, SIZE, SIZE], data: labels },
  };
}

function classAt(image: number, row: number, column: number): number {
  const inDisc = (row - 3 - (image % 2)) ** 2 + (column - 2 - (image % 3)) ** 2 <= 5;
  return inDisc ? 1 : column === 6 || row === 7 ? 2 : 0;
}
