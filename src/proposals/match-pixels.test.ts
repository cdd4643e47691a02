import { expect, test } from "vitest";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { PixelMatcher } from "./match-pixels.ts";

const WIDTH = 9;
const HEIGHT = 5;

/** The most pairs, by trying for every pixel all partners and none. */
function mostPairs(pixels: readonly number[], boundary: Uint8Array, reach: number): number {
  const [first, ...others] = pixels;
  if (first === undefined) return 0;
  let most = mostPairs(others, boundary, reach);
  boundary.forEach((on, at) => {
    const distance = Math.hypot((at % WIDTH) - (first % WIDTH), Math.floor(at / WIDTH) - Math.floor(first / WIDTH));
    if (on === 0 || distance > reach) return;
    const rest = boundary.slice();
    rest[at] = 0;
    most = Math.max(most, 1 + mostPairs(others, rest, reach));
  });
  return most;
}

test("as many pairs as trying all finds, and each marked pixel is one", () => {
  const next = seededNumbers(3);
  for (let round = 0; round < 30; round++) {
    const all = Array.from({ length: WIDTH * HEIGHT }, (_, i) => i).filter(() => next() < 0.16);
    const edges = all.filter(() => next() < 0.7);
    const boundary = Uint8Array.from({ length: WIDTH * HEIGHT }, () => (next() < 0.12 ? 1 : 0));
    const reach = 1 + 2 * next();
    const isEdge = new Uint8Array(boundary.length);
    for (const pixel of edges) isEdge[pixel] = 1;
    const matched = new Uint8Array(boundary.length);
    const matcher = new PixelMatcher(all, boundary, WIDTH, HEIGHT, reach);
    const expected = mostPairs(edges, boundary, reach);
    expect(matcher.match(edges, isEdge, matched)).toBe(expected);
    expect(matched.reduce((sum, on) => sum + on, 0)).toBe(expected);
    expect(matched.every((on, pixel) => on === 0 || isEdge[pixel] === 1)).toBe(true);
  }
});
