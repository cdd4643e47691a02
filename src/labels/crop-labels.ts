/** Cropping, resizing and flipping of label maps: always nearest neighbour, classes are never mixed. */
import { type Box, checkCrop, type Size, turnedGrid, wholeBox } from "../image/index.ts";
import { type LabelMap, labelMap, VOID } from "./label-map.ts";

/**
 * Cuts a box out of a label map and resizes it: each output pixel takes the label under its centre, as {@link cropImage}
 * samples the photo. (OpenCV's `INTER_NEAREST` takes the label under the pixel's corner; PyTorch's `nearest-exact` is this.)
 *
 * @param box - What is cut, px; may have fractions and leave the map.
 * @param size - Height and width of the result, px.
 * @param fill - Label of pixels whose centre falls outside.
 * @throws {OptionError} if the box is empty or the size is not of whole numbers of at least 1.
 */
export function cropLabels(labels: LabelMap, box: Box, size: Size, fill: number = VOID): LabelMap {
  checkCrop("cropLabels", box, size);
  const columns = nearest(labels.width, box.x, box.width, size.width);
  const rows = nearest(labels.height, box.y, box.height, size.height);
  const data = new Uint8Array(size.height * size.width).fill(fill);
  for (let v = 0; v < size.height; v++) {
    const row = rows[v]! * labels.width;
    if (row < 0) continue;
    for (let u = 0; u < size.width; u++) {
      const column = columns[u]!;
      if (column >= 0) data[v * size.width + u] = labels.data[row + column]!;
    }
  }
  return labelMap(data, size.height, size.width);
}

/**
 * Cuts a box out of a label map, resizes and turns it as {@link turnedCrop} does the photo: each output pixel takes the label
 * under its centre, 255 (void) outside.
 *
 * @param degrees - Counter-clockwise turn of what is seen.
 * @throws {OptionError} as {@link cropLabels}.
 */
export function turnedLabels(labels: LabelMap, box: Box, size: Size, degrees: number): LabelMap {
  if (degrees === 0) return cropLabels(labels, box, size);
  checkCrop("turnedLabels", box, size);
  const { x0, xu, xv, y0, yu, yv } = turnedGrid(box, size, degrees);
  const data = new Uint8Array(size.height * size.width).fill(VOID);
  for (let v = 0; v < size.height; v++) {
    for (let u = 0; u < size.width; u++) {
      const [x, y] = [Math.floor(x0 + u * xu + v * xv), Math.floor(y0 + u * yu + v * yv)];
      const inside = x >= 0 && y >= 0 && x < labels.width && y < labels.height;
      if (inside) data[v * size.width + u] = labels.data[y * labels.width + x]!;
    }
  }
  return labelMap(data, size.height, size.width);
}

/** Resizes a label map with nearest neighbour; to its own size it is the identity. */
export function resizeLabels(labels: LabelMap, size: Size): LabelMap {
  return cropLabels(labels, wholeBox(labels), size);
}

/** The mirror image: left and right swapped. */
export function flipLabels({ data, height, width }: LabelMap): LabelMap {
  const flipped = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) flipped[row + x] = data[row + width - 1 - x]!;
  }
  return labelMap(flipped, height, width);
}

/** The input pixel under the centre of each output pixel; -1 outside. */
function nearest(size: number, start: number, extent: number, outputs: number): Int32Array {
  return Int32Array.from({ length: outputs }, (_, u) => {
    const at = Math.floor(start + (extent / outputs) * (u + 0.5));
    return at >= 0 && at < size ? at : -1;
  });
}
