/**
 * Morphological thinning: strips pixels off shapes until lines of 1 px are left, connected as the shapes were.
 *
 * Source: Guo and Hall, "Parallel Thinning with Two-Subiteration Algorithms", CACM 1989; the conditions are those of the
 * Berkeley benchmark's thinning (Lam, Lee and Suen, PAMI 1992, page 879).
 */

/** Steps to the neighbours: right, upper right, and on against the clock. Bit n of a neighbourhood is neighbour n. */
const STEP_X = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const STEP_Y = [0, -1, -1, -1, 0, 1, 1, 1] as const;

/** For each of 256 neighbourhoods whether a pixel in it goes in the first and in the second half of a round. */
const REMOVED = [removable(0), removable(4)] as const;

/** @param turn - 0 takes pixels off the right and upper sides, 4 off the others. */
function removable(turn: 0 | 4): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, around) => {
    const x = (n: number): number => (around >> (n % 8)) & 1;
    const count = (term: (side: 0 | 2 | 4 | 6) => boolean): number =>
      ([0, 2, 4, 6] as const).filter((side) => term(side)).length;
    const crossings = count((side) => x(side) === 0 && (x(side + 1) === 1 || x(side + 2) === 1));
    const pairs = Math.min(
      count((side) => x(side) === 1 || x(side + 1) === 1),
      count((side) => x(side + 1) === 1 || x(side + 2) === 1),
    );
    const open = (x(turn + 1) === 0 && x(turn + 2) === 0 && x(turn + 7) === 1) || x(turn) === 0;
    return crossings === 1 && pairs >= 2 && pairs <= 3 && open ? 1 : 0;
  });
}

/**
 * Thins a mask in place.
 *
 * @param mask - `[height, width]`, 0 or 1; what lies outside counts as 0.
 * @returns The pixels that are left, ascending.
 */
export function thinLines(mask: Uint8Array, width: number, height: number): number[] {
  let left: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) left.push(i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const removed of REMOVED) {
      const leaving = left.filter((pixel) => removed[neighbourhood(mask, width, height, pixel)] === 1);
      for (const pixel of leaving) mask[pixel] = 0;
      if (leaving.length === 0) continue;
      left = left.filter((pixel) => mask[pixel] === 1);
      changed = true;
    }
  }
  return left;
}

function neighbourhood(mask: Uint8Array, width: number, height: number, pixel: number): number {
  const x = pixel % width;
  const y = (pixel - x) / width;
  let bits = 0;
  for (let n = 0; n < 8; n++) {
    const [nx, ny] = [x + STEP_X[n]!, y + STEP_Y[n]!];
    if (nx >= 0 && nx < width && ny >= 0 && ny < height && mask[ny * width + nx] === 1) bits |= 1 << n;
  }
  return bits;
}
