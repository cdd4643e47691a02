import { expect, test } from "vitest";
import { drawPlane } from "../../test/draw-plane.ts";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { thinLines } from "./thin-lines.ts";

/** Thins a drawing and draws what is left. */
function thinned(rows: string): string {
  const { data, width, height } = drawPlane(rows);
  const mask = Uint8Array.from(data, (value) => (value > 0 ? 1 : 0));
  thinLines(mask, width, height);
  return Array.from({ length: height }, (_, y) =>
    Array.from(mask.subarray(y * width, (y + 1) * width), (on) => (on === 1 ? "#" : ".")).join(""),
  ).join("\n");
}

const picture = (rows: string): string => rows.trim().replace(/^\s+/gm, "");

test("lines of 1 px stay as they are, diagonal ones too", () => {
  const line = `
    #......
    .#.....
    ..###..
    .....#.`;
  expect(thinned(line)).toBe(picture(line));
});

test("a bar becomes a line", () => {
  const bar = thinned(`
    .........
    .#######.
    .#######.
    .#######.
    .........`);
  expect(bar.split("\n").map((row) => row.includes("#"))).toEqual([false, false, true, false, false]);
});

/** Number of connected pieces (8 neighbours), and of holes: pieces of the ground (4 neighbours) less the outside. */
function topology(mask: Uint8Array, width: number, height: number): { pieces: number; holes: number } {
  const padded = new Uint8Array((width + 2) * (height + 2));
  for (let y = 0; y < height; y++) padded.set(mask.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1);
  const row = width + 2;
  const count = (value: number, steps: readonly number[]): number => {
    const seen = new Set<number>();
    let pieces = 0;
    padded.forEach((start, at) => {
      if (start !== value || seen.has(at)) return;
      pieces++;
      const stack = [at];
      seen.add(at);
      while (stack.length > 0) {
        const from = stack.pop() as number;
        for (const step of steps) {
          const next = from + step;
          const wraps = Math.abs((next % row) - (from % row)) > 1;
          if (wraps || padded[next] !== value || seen.has(next)) continue;
          seen.add(next);
          stack.push(next);
        }
      }
    });
    return pieces;
  };
  const four = [1, -1, row, -row];
  return { pieces: count(1, [...four, row + 1, row - 1, -row + 1, -row - 1]), holes: count(0, four) - 1 };
}

test("pieces and holes are kept, and thinning again changes nothing", () => {
  const next = seededNumbers(5);
  const [width, height] = [24, 20];
  for (let round = 0; round < 8; round++) {
    const mask = Uint8Array.from({ length: width * height }, () => (next() < 0.62 ? 1 : 0));
    const before = topology(mask, width, height);
    const left = thinLines(mask, width, height);
    expect(topology(mask, width, height)).toEqual(before);
    expect(thinLines(mask.slice(), width, height)).toEqual(left);
  }
});
