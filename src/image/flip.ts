import { type Image, image } from "./image.ts";

/** The mirror image: left and right swapped. */
export function flipImage(source: Image): Image {
  const { height, width } = source;
  const data = new Uint8Array(source.data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const from = (row + width - 1 - x) * 3;
      const to = (row + x) * 3;
      data[to] = source.data[from]!;
      data[to + 1] = source.data[from + 1]!;
      data[to + 2] = source.data[from + 2]!;
    }
  }
  return image(data, height, width);
}
