/** A training batch as a picture: what the network sees, with the labels that it is to learn. */
import { CAFFE_PREPROCESSING, type Image, imageFromInput } from "../../image/index.ts";
import { labelMap, type Palette } from "../../labels/index.ts";
import { montage, overlay } from "../../visualize/index.ts";
import type { MicroBatch } from "../step-host.ts";

/** More samples of a batch are not shown; larger ones are made smaller, px. */
const [MAX_SAMPLES, MAX_SIDE] = [16, 144];

/** The first samples of a step's micro-batches, their labels laid over them. */
export function batchPicture(batches: readonly MicroBatch[], palette: Palette): Image {
  const pictures = batches.flatMap(({ images, labels }) => {
    const [count = 0, , height = 0, width = 0] = images.shape;
    const pixels = height * width;
    return Array.from({ length: count }, (_, i) => {
      const input = (images.data as Float32Array).subarray(3 * i * pixels, 3 * (i + 1) * pixels);
      const values = Uint8Array.from((labels.data as Int32Array).subarray(i * pixels, (i + 1) * pixels));
      return overlay(imageFromInput(input, { height, width }, CAFFE_PREPROCESSING), labelMap(values, height, width), {
        palette,
      });
    });
  });
  const tiles = pictures.slice(0, MAX_SAMPLES).map((picture) => ({ picture }));
  return montage(tiles, {
    columns: Math.min(8, tiles.length),
    tileSize: Math.min(MAX_SIDE, ...pictures.map(({ width }) => width)),
  });
}
