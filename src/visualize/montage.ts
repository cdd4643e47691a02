/** Contact sheets: many pictures in one. */
import { OptionError } from "../errors.ts";
import { type Image, type Rgb, resizeImage } from "../image/index.ts";
import { createCanvas, drawText, LINE_HEIGHT, paste, textWidth } from "./canvas.ts";

export interface Tile {
  readonly picture: Image;
  /** Drawn under the picture; cut off where it is too long. */
  readonly caption?: string;
}

export interface MontageOptions {
  readonly columns?: number;
  /** Pictures are made to fit a square of this side, px; they are not enlarged. */
  readonly tileSize?: number;
  readonly background?: Rgb;
}

export const MONTAGE_DEFAULTS: Required<MontageOptions> = Object.freeze({
  columns: 4,
  tileSize: 320,
  background: [255, 255, 255],
} as const);

const GAP = 8;
const CAPTION_SCALE = 2;

/**
 * Puts pictures in rows, from left to right. Each keeps its proportions and stands in the middle of its tile, on the row's
 * bottom; a row is as high as its highest picture.
 *
 * @param options - {@link MontageOptions}; defaults {@link MONTAGE_DEFAULTS}.
 * @throws {OptionError} if there is no tile, or a number is not a whole one of at least 1.
 */
export function montage(tiles: readonly Tile[], options: MontageOptions = {}): Image {
  const { columns, tileSize, background } = { ...MONTAGE_DEFAULTS, ...options };
  for (const [name, value] of Object.entries({ tiles: tiles.length, columns, tileSize })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new OptionError(`montage: expected ${name} a whole number of at least 1, got ${value}.`);
    }
  }
  const fitted = tiles.map(({ picture, caption }) => ({ picture: fitInside(picture, tileSize), caption }));
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, row) =>
    fitted.slice(row * columns, (row + 1) * columns),
  );
  const heights = rows.map((row) => Math.max(...row.map(({ picture }) => picture.height)));
  const captions = rows.map((row) =>
    row.some(({ caption }) => caption !== undefined) ? CAPTION_SCALE * LINE_HEIGHT + GAP : 0,
  );
  const height = GAP + rows.reduce((sum, _, i) => sum + (heights[i] ?? 0) + (captions[i] ?? 0) + GAP, 0);
  const canvas = createCanvas({ height, width: GAP + Math.min(columns, tiles.length) * (tileSize + GAP) }, background);
  let y = GAP;
  rows.forEach((row, i) => {
    const rowHeight = heights[i] ?? 0;
    row.forEach(({ picture, caption }, column) => {
      const x = GAP + column * (tileSize + GAP);
      paste(canvas, picture, x + Math.floor((tileSize - picture.width) / 2), y + rowHeight - picture.height);
      if (caption !== undefined) drawCaption(canvas, caption, x, y + rowHeight + GAP, tileSize, background);
    });
    y += rowHeight + (captions[i] ?? 0) + GAP;
  });
  return canvas;
}

function drawCaption(canvas: Image, caption: string, x: number, y: number, width: number, background: Rgb): void {
  let text = caption;
  while (textWidth(text, CAPTION_SCALE) > width) text = text.slice(0, -1);
  const dark = background[0] + background[1] + background[2] < 384;
  const ink: Rgb = dark ? [240, 240, 240] : [32, 32, 32];
  drawText(canvas, text, x + Math.floor((width - textWidth(text, CAPTION_SCALE)) / 2), y, ink, CAPTION_SCALE);
}

function fitInside(picture: Image, side: number): Image {
  const scale = Math.min(1, side / Math.max(picture.height, picture.width));
  const size = {
    height: Math.max(1, Math.round(picture.height * scale)),
    width: Math.max(1, Math.round(picture.width * scale)),
  };
  return scale === 1 ? picture : resizeImage(picture, size);
}
