/** A probability map as a network with a stride of 32 px might give it: right in the large, coarse at borders, with a wrong patch. */
import type { LabelMap } from "deconvnet/labels";

/** The classes of the made-up network: background, cow, horse. */
export const SHOWN_CLASSES: readonly number[] = [0, 10, 13];

const COW = 10;
/** Px per cell of the coarse map. */
const STRIDE = 32;

/** @returns Float32, shape `[3, height, width]`; every pixel sums to 1. */
export function coarseProbabilities(truth: LabelMap): Float32Array {
  const { height, width } = truth;
  const pixels = height * width;
  const cow = enlarge(cellMeans(truth), height, width);
  const probabilities = new Float32Array(3 * pixels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const animal = 0.06 + 0.8 * (cow[i] ?? 0) + 0.06 * wave(x, y, 37) + 0.05 * wave(x, y, 7);
      // A patch of the flank looks like a horse to it.
      const doubt = 0.62 * Math.exp(-((x - 0.55 * width) ** 2 + (y - 0.58 * height) ** 2) / (2 * (0.06 * width) ** 2));
      const mixed = [1 - animal, animal * (1 - doubt), animal * doubt].map((p) => Math.max(p, 0.01));
      const sum = mixed.reduce((a, b) => a + b);
      for (const [c, p] of mixed.entries()) probabilities[c * pixels + i] = p / sum;
    }
  }
  return probabilities;
}

/** Share of each cell's pixels that are cow, with a border of cells repeated at the far sides. */
function cellMeans({ height, width, data }: LabelMap): { rows: number; columns: number; share: Float32Array } {
  const [rows, columns] = [Math.ceil(height / STRIDE), Math.ceil(width / STRIDE)];
  const [cows, all] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor(y / STRIDE) * columns + Math.floor(x / STRIDE);
      all[cell] = (all[cell] ?? 0) + 1;
      if (data[y * width + x] === COW) cows[cell] = (cows[cell] ?? 0) + 1;
    }
  }
  return { rows, columns, share: cows.map((count, cell) => count / (all[cell] ?? 1)) };
}

/** Bilinear, from the cells' centres. */
function enlarge({ rows, columns, share }: ReturnType<typeof cellMeans>, height: number, width: number): Float32Array {
  const at = (row: number, column: number): number =>
    share[Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1)] ?? 0;
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) / STRIDE - 0.5, (i % width) / STRIDE - 0.5];
    const [row, column] = [Math.floor(y), Math.floor(x)];
    const [down, right] = [y - row, x - column];
    const upper = at(row, column) * (1 - right) + at(row, column + 1) * right;
    const lower = at(row + 1, column) * (1 - right) + at(row + 1, column + 1) * right;
    return upper * (1 - down) + lower * down;
  });
}

/** Smooth noise in [-1, 1] with a wavelength of about `period` px, the same in every run. */
function wave(x: number, y: number, period: number): number {
  const [u, v] = [(2 * Math.PI * x) / period, (2 * Math.PI * y) / period];
  return (Math.sin(u + 2 * Math.sin(0.7 * v)) + Math.sin(v + 2 * Math.sin(0.6 * u + 1))) / 2;
}
