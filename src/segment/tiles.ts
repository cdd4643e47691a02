/** Square tiles that cover a photo with overlap, and the mean of their scores where they overlap. */
import type { Box, Size } from "../image/index.ts";

/** What the network says of each class at each pixel, before softmax. */
export interface ScoreMap extends Size {
  readonly classes: number;
  /** float32, shape `[classes, height, width]`. */
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Positions of tiles along one axis, evenly spread, so that neighbours share at least `overlap` px.
 *
 * @returns One start of 0 if a tile covers the axis.
 */
export function tileStarts(length: number, tile: number, overlap: number): number[] {
  if (length <= tile) return [0];
  const count = Math.ceil((length - overlap) / (tile - overlap));
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)));
}

/** Tiles row by row; they reach beyond the photo only where it is smaller than a tile. */
export function tilesOf({ height, width }: Size, tile: number, overlap: number): Box[] {
  const columns = tileStarts(width, tile, overlap);
  return tileStarts(height, tile, overlap).flatMap((y) => columns.map((x) => ({ x, y, width: tile, height: tile })));
}

/** Adds up tiles' scores; `mean` divides by how many tiles saw each pixel. */
export class TileAccumulator {
  readonly #size: Size;
  readonly #classes: number;
  readonly #sums: Float32Array<ArrayBuffer>;
  readonly #counts: Uint16Array;

  constructor(classes: number, size: Size) {
    this.#classes = classes;
    this.#size = size;
    this.#sums = new Float32Array(classes * size.height * size.width);
    this.#counts = new Uint16Array(size.height * size.width);
  }

  /** @param scores - float32, `[classes, box.height, box.width]`; what lies outside the photo is left out. */
  add(box: Box, scores: Float32Array): void {
    const { height, width } = this.#size;
    const [rows, columns] = [Math.min(box.height, height - box.y), Math.min(box.width, width - box.x)];
    for (let y = 0; y < rows; y++) {
      const row = (box.y + y) * width + box.x;
      for (let x = 0; x < columns; x++) this.#counts[row + x]!++;
      for (let c = 0; c < this.#classes; c++) {
        const from = (c * box.height + y) * box.width;
        const to = c * height * width + row;
        for (let x = 0; x < columns; x++) this.#sums[to + x]! += scores[from + x]!;
      }
    }
  }

  mean(): ScoreMap {
    const pixels = this.#counts.length;
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i]! /= this.#counts[i % pixels]!;
    return { classes: this.#classes, ...this.#size, data: this.#sums };
  }
}
