import { expect, test } from "vitest";
import { constantPlane, drawPlane } from "../../test/draw-plane.ts";
import { EDGE_BOXES_DEFAULTS } from "./edge-boxes-options.ts";
import { groupEdges } from "./edge-groups.ts";
import type { OrientationMap } from "./edge-map.ts";

const RIGHT_ANGLE = Math.PI / 2;

/** Orientation π/2 for pixels of horizontal lines, 0 elsewhere. */
function orientationByRow(width: number, height: number, horizontalRows: readonly number[]): OrientationMap {
  const plane = constantPlane(width, height, 0);
  for (const y of horizontalRows) plane.data.fill(RIGHT_ANGLE, y * width, (y + 1) * width);
  return plane;
}

test("a straight line is one group with its length, middle and orientation", () => {
  const edges = drawPlane(`
    .......
    .......
    .#####.
    .......`);
  const groups = groupEdges(edges, orientationByRow(7, 4, [2]), EDGE_BOXES_DEFAULTS);
  expect(groups.count).toBe(1);
  expect(groups.magnitude[1]).toBe(5);
  expect([groups.meanX[1], groups.meanY[1]]).toEqual([3, 2]);
  // π/2 and -π/2 are the same orientation.
  expect(Math.abs(groups.orientation[1]!)).toBeCloseTo(RIGHT_ANGLE, 6);
  // The last pixel in scan order: the rightmost.
  expect([groups.x[1], groups.y[1]]).toEqual([5, 2]);
});

test("two lines that turn by a right angle are two groups: one turn reaches the threshold", () => {
  const edges = drawPlane(`
    ........
    .######.
    .#......
    .#......
    .#......
    ........`);
  const groups = groupEdges(edges, orientationByRow(8, 6, [1]), EDGE_BOXES_DEFAULTS);
  expect(groups.count).toBe(2);
  expect(Array.from(groups.magnitude).slice(1).sort()).toEqual([3, 6]);
});

test("weak pixels and the frame belong to no group", () => {
  const edges = drawPlane(`
    #####
    #1.6#
    #6.6#
    #####`);
  const groups = groupEdges(edges, constantPlane(5, 4, 0), EDGE_BOXES_DEFAULTS);
  // 0.1 is no more than edgeMinMag.
  expect(Array.from(groups.ids)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0]);
});

test("a group that is too weak dissolves into the neighbour with the smallest turn", () => {
  const edges = drawPlane(`
    .......
    .###3..
    .......
    ...###.
    .......`);
  const orientation = constantPlane(7, 5, 0);
  // The weak pixel turns by 0.4 π against the upper line and 0.3 π against the lower one.
  orientation.data.fill(0.4 * Math.PI, 7, 14);
  orientation.data[7 + 4] = 0.8 * Math.PI;
  orientation.data.fill(0.5 * Math.PI, 21, 28);
  const near = groupEdges(edges, orientation, { ...EDGE_BOXES_DEFAULTS, edgeMergeThr: 0.2 });
  expect(near.count).toBe(2);
  expect(near.ids[7 + 4]).toBe(near.ids[7 + 3]);

  const touching = drawPlane(`
    .......
    .###3..
    ....###
    .......`);
  orientation.data.fill(0.5 * Math.PI, 14, 21);
  const groups = groupEdges(touching, orientation, { ...EDGE_BOXES_DEFAULTS, edgeMergeThr: 0.2 });
  expect(groups.ids[7 + 4]).toBe(groups.ids[14 + 4]);
});

test("a plane that is all edge is grouped in linear time into one group", () => {
  const groups = groupEdges(constantPlane(300, 200, 1), constantPlane(300, 200, 0), EDGE_BOXES_DEFAULTS);
  expect(groups.count).toBe(1);
  expect(groups.magnitude[1]).toBe(298 * 198);
});
