import { expect, test } from "vitest";
import { constantPlane, drawPlane } from "../../test/draw-plane.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { edgeNms } from "./edge-nms.ts";

const UP = Math.PI / 2;

test("keeps the ridge of a vertical edge", () => {
  const edges = drawPlane(`
    .25852.
    .25852.
    .25852.`);
  const thinned = edgeNms(edges, constantPlane(7, 3, 0));
  expect(thinned).toEqual(
    drawPlane(`
    ...8...
    ...8...
    ...8...`),
  );
});

test("keeps both pixels of an even ridge and nothing next to it", () => {
  const edges = drawPlane(`
    2
    6
    6
    2`);
  expect(edgeNms(edges, constantPlane(1, 4, Math.fround(UP)), { radius: 1 }).data[0]).toBe(0);
  expect(Array.from(edgeNms(edges, constantPlane(1, 4, Math.fround(UP))).data.map((v) => +(v > 0)))).toEqual([
    0, 1, 1, 0,
  ]);
});

test("a diagonal sample is bilinear: its value lies between four pixels", () => {
  // Along 45 degrees, 1 px away from the centre (x 1.707, y 1.707) lies mostly in the corner pixel.
  const edges = drawPlane(`
    ...
    .5.
    ..#`);
  const sample = 0.5 * (1 - Math.SQRT1_2) ** 2 + Math.SQRT1_2 ** 2;
  const diagonal = constantPlane(3, 3, Math.PI / 4);
  expect(edgeNms(edges, diagonal, { radius: 1 }).data[4]).toBe(0);
  expect(edgeNms(edges, diagonal, { radius: 1, multiplier: sample / 0.5 - 0.01 }).data[4]).toBe(0);
  expect(edgeNms(edges, diagonal, { radius: 1, multiplier: sample / 0.5 + 0.01 }).data[4]).toBe(0.5);
});

test("the frame fades to 0 over the border", () => {
  const faded = edgeNms(constantPlane(6, 1, 0.8), constantPlane(6, 1, UP), { border: 0 });
  expect(faded.data[0]).toBeCloseTo(0.8, 6);
  const framed = edgeNms(constantPlane(7, 7, 1), constantPlane(7, 7, 0), { border: 2, multiplier: 1.01 });
  expect(Array.from(framed.data.subarray(21, 28))).toEqual([0, 0.5, 1, 1, 1, 0.5, 0]);
});

test("the input stays as it was", () => {
  const edges = drawPlane("258");
  edgeNms(edges, constantPlane(3, 1, 0));
  expect(edges).toEqual(drawPlane("258"));
});

test("options and sizes are checked", () => {
  const flat = constantPlane(4, 4, 0);
  expect(() => edgeNms(flat, flat, { radius: 0 })).toThrow(
    new OptionError("edgeNms: expected radius to be a whole number of at least 1 px, got 0."),
  );
  expect(() => edgeNms(flat, flat, { border: -1 })).toThrow(OptionError);
  expect(() => edgeNms(flat, flat, { multiplier: 0 })).toThrow(OptionError);
  expect(() => edgeNms(flat, constantPlane(3, 4, 0))).toThrow(ShapeError);
});
