/** Crops of a photo that are turned about their centre. */
import { type Box, type Image, image, type Rgb, type Size } from "./image.ts";
import { cropImage } from "./resize.ts";

/** Where the centre of output pixel (u, v) lies in the photo: `x = x0 + u * xu + v * xv`, `y = y0 + u * yu + v * yv`. */
export interface TurnedGrid {
  readonly x0: number;
  readonly xu: number;
  readonly xv: number;
  readonly y0: number;
  readonly yu: number;
  readonly yv: number;
}

/**
 * The grid of a crop that is turned about the centre of its box. The turn is one of the output's pixels, so that a stretched
 * box stays as much stretched.
 *
 * @param box - What an unturned crop would show, px of the photo.
 * @param size - Of the output, px.
 * @param degrees - Counter-clockwise turn of what is seen.
 */
export function turnedGrid(box: Box, size: Size, degrees: number): TurnedGrid {
  const angle = (degrees * Math.PI) / 180;
  const [scaleX, scaleY] = [box.width / size.width, box.height / size.height];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [xu, xv, yu, yv] = [cos * scaleX, -sin * scaleX, sin * scaleY, cos * scaleY];
  // From the centre of the first pixel to that of the crop.
  const [alongU, alongV] = [(size.width - 1) / 2, (size.height - 1) / 2];
  return {
    x0: box.x + box.width / 2 - alongU * xu - alongV * xv,
    xu,
    xv,
    y0: box.y + box.height / 2 - alongU * yu - alongV * yv,
    yu,
    yv,
  };
}

/**
 * Cuts a box out of a photo, resizes and turns it: first an upright crop of the same scale in which the turned one fits, with
 * the antialiasing of {@link cropImage}, then bilinear interpolation in it. Pixels whose centre falls outside the photo get
 * the fill colour.
 *
 * @param degrees - Counter-clockwise turn of what is seen; 0 gives what {@link cropImage} gives.
 */
export function turnedCrop(source: Image, box: Box, size: Size, degrees: number, fill: Rgb): Image {
  if (degrees === 0) return cropImage(source, box, size, fill);
  const upright = uprightCrop(source, box, size, degrees, fill);
  const { x0, xu, xv, y0, yu, yv } = turnedGrid(box, size, degrees);
  const data = new Uint8Array(size.height * size.width * 3);
  let out = 0;
  for (let v = 0; v < size.height; v++) {
    for (let u = 0; u < size.width; u++) {
      const [x, y] = [x0 + u * xu + v * xv, y0 + u * yu + v * yv];
      const inside = x >= 0 && y >= 0 && x < source.width && y < source.height;
      if (inside) readBilinear(upright, x, y, data, out);
      else data.set(fill, out);
      out += 3;
    }
  }
  return image(data, size.height, size.width);
}

interface UprightCrop {
  readonly picture: Image;
  /** px of the photo. */
  readonly box: Box;
  /** Its pixels whose centres lie in the photo, from first to last: the others are filled, and not mixed with these. */
  readonly columns: readonly [first: number, last: number];
  readonly rows: readonly [first: number, last: number];
}

function uprightCrop(source: Image, box: Box, size: Size, degrees: number, fill: Rgb): UprightCrop {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  // A sine of 1e-16 is no reason for one more pixel.
  const height = Math.ceil(cos * size.height + sin * size.width - 1e-9);
  const width = Math.ceil(cos * size.width + sin * size.height - 1e-9);
  const large = { height: (height * box.height) / size.height, width: (width * box.width) / size.width };
  const x = box.x + (box.width - large.width) / 2;
  const y = box.y + (box.height - large.height) / 2;
  return {
    picture: cropImage(source, { x, y, ...large }, { height, width }, fill),
    box: { x, y, ...large },
    columns: insideOf(source.width, x, large.width, width),
    rows: insideOf(source.height, y, large.height, height),
  };
}

/** Which of `count` pixels over `[start, start + extent)` have their centre in `[0, size)`. */
function insideOf(size: number, start: number, extent: number, count: number): [first: number, last: number] {
  const first = clamp(Math.ceil((-start * count) / extent - 0.5), 0, count - 1);
  const last = clamp(Math.ceil(((size - start) * count) / extent - 0.5) - 1, 0, count - 1);
  return [first, Math.max(first, last)];
}

/** Writes the colour at a point of the photo to `data[at..at + 2]`. */
function readBilinear(
  { picture, box, columns, rows }: UprightCrop,
  x: number,
  y: number,
  data: Uint8Array,
  at: number,
): void {
  const column = clamp(((x - box.x) * picture.width) / box.width - 0.5, ...columns);
  const row = clamp(((y - box.y) * picture.height) / box.height - 0.5, ...rows);
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [shareX, shareY] = [column - left, row - top];
  const above = top * picture.width;
  const below = Math.min(top + 1, rows[1]) * picture.width;
  const right = Math.min(left + 1, columns[1]);
  for (let c = 0; c < 3; c++) {
    const upper =
      (1 - shareX) * picture.data[(above + left) * 3 + c]! + shareX * picture.data[(above + right) * 3 + c]!;
    const lower =
      (1 - shareX) * picture.data[(below + left) * 3 + c]! + shareX * picture.data[(below + right) * 3 + c]!;
    data[at + c] = (1 - shareY) * upper + shareY * lower + 0.5; // + 0.5 rounds
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
