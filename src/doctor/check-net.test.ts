import { expect, test } from "vitest";
import { countParameters, NET_FORMS } from "../nets/index.ts";
import { VOID_LABEL } from "../train/index.ts";
import { createCheckBatch, createCheckNet, createCheckParameters } from "./check-net.ts";
import { scoreFigures, stepFigures } from "./measure-device.ts";
import { REFERENCE_FIGURES } from "./reference-figures.ts";

const operators = (form: (typeof NET_FORMS)[number]): Set<string> =>
  new Set(createCheckNet(form, "training").graph.nodes.map(({ op }) => op));

test("the native form has the operators that the portable one does without", () => {
  for (const op of ["MaxPool", "MaxUnpool", "BatchNormalization"]) expect(operators("native")).toContain(op);
  for (const op of ["MaxPool", "MaxUnpool"]) expect(operators("portable")).not.toContain(op);
});

test("both forms have the same parameters, every time", () => {
  const [native, portable] = NET_FORMS.map((form) => createCheckParameters(createCheckNet(form, "training")));
  expect(native).toEqual(portable);
  expect(native).toEqual(createCheckParameters(createCheckNet("native", "inference")));
  expect(countParameters(createCheckNet("native", "training"))).toBeGreaterThan(5000);
});

test("four pictures of 64 px with both kinds of discs, ground and void", () => {
  const { images, labels } = createCheckBatch();
  expect(images.shape).toEqual([4, 3, 64, 64]);
  expect(labels.shape).toEqual([4, 64, 64]);
  const counts = new Map<number, number>();
  for (const label of labels.data as Int32Array) counts.set(label, (counts.get(label) ?? 0) + 1);
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, VOID_LABEL]);
  expect(Math.min(...counts.values())).toBeGreaterThan(100);
});

test("a figure is stored for everything that is measured", () => {
  const scores = scoreFigures({ shape: [4, 3, 64, 64], data: new Float32Array(4 * 3 * 64 * 64) });
  const names = [...scores.keys(), ...stepFigures(1, new Map(), 1).keys()];
  expect(REFERENCE_FIGURES.map(({ name }) => name)).toEqual(names);
});

test("scores are read at [image, class, y, x], gradients by their norm", () => {
  const data = Float32Array.from({ length: 4 * 3 * 64 * 64 }, (_, i) => i);
  const position = ((1 * 3 + 2) * 64 + 28) * 64 + 41;
  expect(scoreFigures({ shape: [4, 3, 64, 64], data }).get("score of class 2 at (41, 28) of image 1")).toBe(position);
  const figures = stepFigures(2, new Map([["conv1_1.weight", [3, -4]]]), 1);
  expect(figures.get("norm of the gradient of conv1_1.weight")).toBe(5);
});
