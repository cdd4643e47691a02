import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpreter.ts";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { GraphBuilder, type Tensor } from "../onnx/index.ts";
import { convolutionWeightGradient } from "./weight-gradient.ts";
import {
  columnsOfPatches,
  outerProduct,
  shiftedOnBothSides,
  shiftedSlices,
  type WeightGradientForm,
} from "./weight-gradient-forms.ts";

interface Sizes {
  readonly images: number;
  readonly inputs: number;
  readonly out: number;
  readonly kernel: readonly [number, number];
  readonly stride: number;
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
  readonly size: readonly [number, number];
}

const outputSize = ({ size, kernel, stride, pads }: Sizes): [number, number] =>
  [0, 1].map((axis) => {
    const padded = (size[axis] ?? 0) + (pads[axis] ?? 0) + (pads[axis + 2] ?? 0);
    return Math.floor((padded - (kernel[axis] ?? 0)) / stride) + 1;
  }) as [number, number];

const tensor = (shape: number[], seed: number): Tensor => {
  const next = seededNumbers(seed);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next() - 0.5);
  return { type: "float32", shape, data };
};

function byGraph(form: WeightGradientForm, sizes: Sizes, x: Tensor, d: Tensor): number[] {
  const { inputs, out, kernel, stride, pads } = sizes;
  const g = new GraphBuilder("weight-gradient");
  const weight = g.parameter("weight", [out, inputs, ...kernel]);
  const input = g.input("x", "float32", ["N", ...x.shape.slice(1)]);
  const outputGradient = g.input("d", "float32", ["N", ...d.shape.slice(1)]);
  const gradient = g.output(form(g, { input, outputGradient, weight, strides: [stride, stride], pads }));
  expect(gradient.shape).toEqual(weight.shape);
  const feeds = { x, d, weight: tensor([out, inputs, ...kernel], 0) };
  return Array.from(interpret(g.build(), feeds).get(gradient.name)?.data ?? []);
}

/** The sum of the definition, term by term. */
function bySum({ images, inputs, out, kernel, stride, pads, size }: Sizes, x: Tensor, d: Tensor): number[] {
  const [rows, columns] = d.shape.slice(2) as [number, number];
  const sums: number[] = [];
  for (let o = 0; o < out; o++)
    for (let i = 0; i < inputs; i++)
      for (let y = 0; y < kernel[0]; y++)
        for (let c = 0; c < kernel[1]; c++) {
          let sum = 0;
          for (let n = 0; n < images; n++)
            for (let p = 0; p < rows * columns; p++) {
              const row = Math.floor(p / columns) * stride + y - pads[0];
              const column = (p % columns) * stride + c - pads[1];
              if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
              const pixel = Number(x.data[((n * inputs + i) * size[0] + row) * size[1] + column]);
              sum += Number(d.data[(n * out + o) * rows * columns + p]) * pixel;
            }
          sums.push(sum);
        }
  return sums;
}

function check(form: WeightGradientForm, sizes: Sizes): void {
  const x = tensor([sizes.images, sizes.inputs, ...sizes.size], 1);
  const d = tensor([sizes.images, sizes.out, ...outputSize(sizes)], 2);
  const [ours, expected] = [byGraph(form, sizes, x, d), bySum(sizes, x, d)];
  expect(ours).toHaveLength(expected.length);
  ours.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 10);
  });
}

const pad = fc.integer({ min: 0, max: 2 });
const sizes = fc
  .record({
    images: fc.integer({ min: 1, max: 3 }),
    inputs: fc.integer({ min: 1, max: 3 }),
    out: fc.integer({ min: 1, max: 3 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    stride: fc.integer({ min: 1, max: 2 }),
    pads: fc.tuple(pad, pad, pad, pad),
    size: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  })
  .filter((some) => outputSize(some).every((side) => side >= 1));

describe.each<[string, WeightGradientForm, (sizes: Sizes) => Sizes]>([
  ["shiftedSlices", shiftedSlices, (some) => some],
  ["shiftedOnBothSides, batched", (g, p) => shiftedOnBothSides(g, p, "batched"), (some) => ({ ...some, stride: 1 })],
  ["shiftedOnBothSides, joined", (g, p) => shiftedOnBothSides(g, p, "joined"), (some) => ({ ...some, stride: 1 })],
  ["columnsOfPatches", columnsOfPatches, (some) => ({ ...some, stride: 1 })],
  ["outerProduct", outerProduct, (some) => ({ ...some, pads: [0, 0, 0, 0], size: some.kernel, stride: 1 })],
  ["convolutionWeightGradient", convolutionWeightGradient, (some) => some],
])("%s", (_name, form, restrict) => {
  it("is the sum that defines it", () => {
    fc.assert(
      fc.property(sizes.map(restrict), (some) => check(form, some)),
      { numRuns: 40 },
    );
  });
});

describe("convolutionWeightGradient", () => {
  /** Operators of the gradient for a 3x3 convolution with zeros around. */
  function operators(inputs: number, out: number, side: number): string[] {
    const g = new GraphBuilder("weight-gradient");
    const weight = g.parameter("weight", [out, inputs, 3, 3]);
    const input = g.input("x", "float32", ["N", inputs, side, side]);
    const outputGradient = g.input("d", "float32", ["N", out, side, side]);
    g.output(convolutionWeightGradient(g, { input, outputGradient, weight, strides: [1, 1], pads: [1, 1, 1, 1] }));
    return g.build().nodes.map(({ op }) => op);
  }
  const count = (ops: readonly string[], op: string) => ops.filter((other) => other === op).length;

  it("takes one product over all patches for many channels on few pixels", () => {
    expect(count(operators(320, 320, 8), "MatMul")).toBe(1);
  });

  it("joins the images for many channels on a map of middling size", () => {
    expect(count(operators(320, 320, 16), "ReduceSum")).toBe(0);
    expect(count(operators(320, 320, 16), "MatMul")).toBe(9 + 1);
  });

  it("shifts both sides on large maps, and only the input where it has few channels", () => {
    expect(count(operators(64, 48, 128), "Slice")).toBe(3);
    expect(count(operators(3, 64, 224), "Slice")).toBe(9);
  });
});
