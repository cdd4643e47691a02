import { describe, expect, test } from "vitest";
import { slowAffinities, slowBoxScore } from "../../test/reference/edge-boxes.ts";
import { syntheticEdges } from "../../test/synthetic-edges.ts";
import { boxSearchOn } from "./box-scorer.ts";
import { EDGE_BOXES_DEFAULTS } from "./edge-boxes-options.ts";
import { groupEdges } from "./edge-groups.ts";
import { groupAffinities } from "./group-affinity.ts";

const OPTIONS = { ...EDGE_BOXES_DEFAULTS, minScore: 0.001 };

describe.each([1, 2, 3])("scene %i", (seed) => {
  const { edges, orientation } = syntheticEdges(seed, 36, 28);
  const groups = groupEdges(edges, orientation, OPTIONS);
  const affinities = groupAffinities(groups, edges.width, edges.height, OPTIONS.gamma);
  const slow = slowAffinities(groups, edges.width, edges.height, OPTIONS.gamma);

  test("affinities agree with the definition, those under 0.05 are left out", () => {
    const { starts, groups: neighbours, values } = affinities;
    const table = new Float64Array(slow.length);
    for (let a = 1; a <= groups.count; a++) {
      for (let k = starts[a]!; k < starts[a + 1]!; k++) table[a * (groups.count + 1) + neighbours[k]!] = values[k]!;
    }
    expect(groups.count).toBeGreaterThan(5);
    table.forEach((value, i) => {
      const expected = slow[i]! < 0.05 ? 0 : slow[i]!;
      expect(Math.abs(value - expected)).toBeLessThan(1e-5);
    });
  });

  test("scores agree with the definition for boxes of every size", () => {
    const scorer = boxSearchOn(edges, groups, affinities, OPTIONS);
    let scored = 0;
    for (let x0 = 0; x0 < 30; x0 += 3) {
      for (let y0 = 0; y0 < 24; y0 += 3) {
        for (const [width, height] of [
          [5, 4],
          [9, 13],
          [20, 10],
          [33, 25],
        ] as const) {
          const corners = { x0, y0, x1: Math.min(35, x0 + width), y1: Math.min(27, y0 + height) };
          const expected = slowBoxScore(edges, groups, slow, corners, OPTIONS);
          const score = scorer.score(corners.x0, corners.y0, corners.x1, corners.y1, 0);
          if (score > 0) scored++;
          if (Math.abs(expected - OPTIONS.minScore) < 1e-5) continue;
          expect(Math.abs(score - (expected < OPTIONS.minScore ? 0 : expected))).toBeLessThan(2e-5);
        }
      }
    }
    expect(scored).toBeGreaterThan(10);
  });

  test("a bound changes nothing but to give 0 for boxes that are no better", () => {
    const scorer = boxSearchOn(edges, groups, affinities, OPTIONS);
    for (let x0 = 0; x0 < 30; x0 += 2) {
      for (let x1 = x0 + 2; x1 < 36; x1 += 3) {
        const score = scorer.score(x0, 2, x1, 24, 0);
        expect(scorer.score(x0, 2, x1, 24, score)).toBe(0);
        expect(scorer.score(x0, 2, x1, 24, score * 0.999)).toBe(score);
        expect(scorer.score(x0, 2, x1, 24, score * 0.5)).toBe(score);
      }
    }
  });
});

test("a box without extent scores 0", () => {
  const { edges, orientation } = syntheticEdges(1, 20, 20);
  const groups = groupEdges(edges, orientation, OPTIONS);
  const scorer = boxSearchOn(edges, groups, groupAffinities(groups, 20, 20, 2), { ...OPTIONS, minScore: 0 });
  expect(scorer.score(5, 5, 5, 5, 0)).toBe(0);
});
