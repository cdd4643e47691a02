import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../../matchers.ts";
import { type NumericTensor, numeric, vector } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const NEAR = { atol: 1e-14 };

/** Resizes a list, as the last axis of a tensor. */
function resizeLine(line: number[], size: number, attributes: Record<string, string | number>): NumericTensor {
  const result = runForOne(
    "Resize",
    [numeric([1, line.length], line), undefined, undefined, vector([1, size])],
    attributes,
  );
  return vector([...result.data]);
}

describe("linear", () => {
  test.each([
    // Centres lie at -0.25, 0.25, 0.75, 1.25: the border is repeated.
    ["half_pixel", [0, 4], 4, [0, 1, 3, 4]],
    ["asymmetric", [0, 4], 4, [0, 2, 4, 4]],
    ["align_corners", [0, 6], 4, [0, 2, 4, 6]],
    ["align_corners", [5, 6], 1, [5]],
    // Two taps only, at 0.5 and 2.5: most of the input is not looked at when shrinking further.
    ["half_pixel", [0, 2, 8, 10], 2, [1, 9]],
    ["half_pixel", [0, 0, 7, 0, 0, 0], 1, [3.5]],
  ])("%s: %j to %d is %j", (mode, line, size, expected) => {
    const result = resizeLine(line, size, { mode: "linear", coordinate_transformation_mode: mode });
    expect(result).toBeCloseToTensor(vector(expected), NEAR);
  });

  test("each axis on its own", () => {
    const x = numeric([1, 1, 2, 2], [0, 4, 8, 12]);
    const y = runForOne("Resize", [x, undefined, undefined, vector([1, 1, 2, 4])], { mode: "linear" });
    expect(y).toBeCloseToTensor(numeric([1, 1, 2, 4], [0, 1, 3, 4, 8, 9, 11, 12]), NEAR);
  });

  test("scales: the output is rounded down, and the scale itself sets the centres", () => {
    const x = numeric([1, 3], [0, 10, 20]);
    // 3 * 0.7 = 2.1; centres at 0.5 / 0.7 - 0.5 and 1.5 / 0.7 - 0.5
    const y = runForOne("Resize", [x, undefined, vector([1, 0.7])], { mode: "linear" });
    expect(y).toBeCloseToTensor(numeric([1, 2], [10 * (0.5 / 0.7 - 0.5), 10 * (1.5 / 0.7 - 0.5)]), NEAR);
  });
});

describe("linear with antialias", () => {
  test("shrinking by 2 widens the triangle to half-width 2, and the border's pixel is read for what lies outside", () => {
    // Centre 0.5: weights 1, 3, 3, 1 over 8 at positions -1, 0, 1, 2.
    expect(resizeLine([8, 0, 0, 0], 2, { mode: "linear", antialias: 1 })).toBeCloseToTensor(vector([4, 0]), NEAR);
    expect(resizeLine([0, 0, 8, 0], 2, { mode: "linear", antialias: 1 })).toBeCloseToTensor(vector([1, 3]), NEAR);
  });

  test("with exclude_outside the weights are cut at the border and made to sum to 1 again", () => {
    const attributes = { mode: "linear", antialias: 1, exclude_outside: 1 };
    expect(resizeLine([7, 0, 0, 0], 2, attributes)).toBeCloseToTensor(vector([3, 0]), NEAR);
  });

  test("changes nothing where the axis grows", () => {
    const [plain, antialiased] = [0, 1].map((antialias) =>
      resizeLine([3, 1, 4, 1, 5], 8, { mode: "linear", antialias }),
    );
    expect(antialiased).toEqual(plain);
  });
});

describe("nearest", () => {
  test.each([
    // Centres lie at 0.5 and 2.5.
    ["round_prefer_floor", [10, 30]],
    ["round_prefer_ceil", [20, 40]],
    ["floor", [10, 30]],
    ["ceil", [20, 40]],
  ])("%s: %j", (nearest_mode, expected) => {
    expect(resizeLine([10, 20, 30, 40], 2, { mode: "nearest", nearest_mode })).toEqual(vector(expected));
  });

  test("asymmetric with floor repeats pixels", () => {
    const attributes = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    expect(resizeLine([1, 2], 4, attributes)).toEqual(vector([1, 1, 2, 2]));
  });
});

test("to the same size it is the identity, and constants stay constant", () => {
  const modes = fc.constantFrom("half_pixel", "asymmetric", "align_corners");
  const line = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      line,
      modes,
      fc.integer({ min: 0, max: 1 }),
      fc.integer({ min: 1, max: 12 }),
      (x, mode, antialias, size) => {
        const attributes = { mode: "linear", coordinate_transformation_mode: mode, antialias };
        expect(resizeLine(x, x.length, attributes)).toBeCloseToTensor(vector(x), NEAR);
        const constant = resizeLine(Array(x.length).fill(3), size, attributes);
        expect(constant).toBeCloseToTensor(vector(Array(size).fill(3)), NEAR);
      },
    ),
  );
});

test("refuses both or neither of scales and sizes", () => {
  const x = numeric([1, 2], [1, 2]);
  expect(() => runForOne("Resize", [x], {})).toThrow("either scales or sizes, got both or none");
  expect(() => runForOne("Resize", [x, undefined, vector([1, 2]), vector([1, 4])], {})).toThrow("both or none");
});
