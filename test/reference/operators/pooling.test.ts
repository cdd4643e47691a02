import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, numeric } from "../numeric-tensor.ts";
import { runForOne, runOperator } from "../run-operator.ts";

const HALVE = { kernel_shape: [2, 2], strides: [2, 2] };

describe("MaxPool", () => {
  test("gives maxima, and switches that are flat over the whole tensor", () => {
    const x = numeric([1, 2, 2, 4], [1, 7, 3, 2, 5, 6, 9, 4, /* second channel */ -1, -2, 0, 8, -3, -4, 8, 1]);
    const [maxima, switches] = runOperator("MaxPool", [x], HALVE, { outputs: 2 });
    expect(maxima).toEqual(numeric([1, 2, 1, 2], [7, 9, -1, 8]));
    expect(switches).toEqual(numeric([1, 2, 1, 2], [1, 6, 8, 11]));
  });

  test("takes the first of equal values in row-major order", () => {
    const [, switches] = runOperator("MaxPool", [numeric([1, 1, 2, 2], [0, 5, 5, 5])], HALVE, { outputs: 2 });
    expect(switches?.data).toEqual(Float64Array.of(1));
  });

  test("with ceil_mode the last window hangs over the end; without it the end is dropped", () => {
    const x = numeric([1, 1, 1, 3], [1, 2, 3]);
    const attributes = { kernel_shape: [1, 2], strides: [1, 2] };
    expect(runForOne("MaxPool", [x], attributes).data).toEqual(Float64Array.of(2));
    expect(runForOne("MaxPool", [x], { ...attributes, ceil_mode: 1 }).data).toEqual(Float64Array.of(2, 3));
  });

  test("with ceil_mode no window starts behind the input", () => {
    const x = numeric([1, 1, 1, 2], [1, 2]);
    const attributes = { kernel_shape: [1, 1], strides: [1, 2], ceil_mode: 1 };
    expect(runForOne("MaxPool", [x], attributes)).toEqual(numeric([1, 1, 1, 1], [1]));
  });

  test("never chooses padding, even where all numbers are negative", () => {
    const attributes = { kernel_shape: [2, 2], pads: [1, 1, 0, 0], strides: [2, 2] };
    expect(runForOne("MaxPool", [numeric([1, 1, 1, 1], [-3])], attributes).data).toEqual(Float64Array.of(-3));
  });
});

describe("MaxUnpool", () => {
  test("puts each value where its switch points and zero elsewhere", () => {
    const inputs = [numeric([1, 1, 1, 2], [7, 9]), numeric([1, 1, 1, 2], [1, 6])];
    expect(runForOne("MaxUnpool", inputs, HALVE)).toEqual(numeric([1, 1, 2, 4], [0, 7, 0, 0, 0, 0, 9, 0]));
  });

  test("counts switches in output_shape where it is given", () => {
    const inputs = [numeric([1, 1, 1, 2], [7, 9]), numeric([1, 1, 1, 2], [1, 7]), numeric([4], [1, 1, 2, 5])];
    expect(runForOne("MaxUnpool", inputs, HALVE)).toEqual(numeric([1, 1, 2, 5], [0, 7, 0, 0, 0, 0, 0, 9, 0, 0]));
  });

  test("refuses a switch outside the output", () => {
    const inputs = [numeric([1, 1, 1, 1], [7]), numeric([1, 1, 1, 1], [4])];
    expect(() => runForOne("MaxUnpool", inputs, HALVE)).toThrow("expected switches from 0 to 3, got 4");
  });
});

test("unpooling what was pooled keeps every maximum in its place and zeros the rest", () => {
  const sizes = fc.record({
    n: fc.integer({ min: 1, max: 2 }),
    h: fc.integer({ min: 2, max: 7 }),
    w: fc.integer({ min: 2, max: 7 }),
  });
  fc.assert(
    fc.property(
      sizes,
      fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
      fc.boolean(),
      ({ n, h, w }, numbers, ceil) => {
        const x = numeric([n, 2, h, w], [...numbers.take(n * 2 * h * w)]);
        const [maxima, switches] = runOperator("MaxPool", [x], { ...HALVE, ceil_mode: Number(ceil) }, { outputs: 2 });
        const restored = runForOne("MaxUnpool", [maxima, switches, numeric([4], x.shape)], HALVE);
        const kept = new Set(switches?.data);
        expect(kept.size).toBe(maxima?.data.length); // windows do not overlap
        expect(restored.shape).toEqual(x.shape);
        restored.data.forEach((value, i) => {
          expect(value).toBe(kept.has(i) ? at(x.data, i) : 0);
        });
        expect(runForOne("MaxPool", [restored], { ...HALVE, ceil_mode: Number(ceil) })).toEqual(maxima);
      },
    ),
  );
});
