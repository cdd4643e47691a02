import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../../matchers.ts";
import { at, type NumericTensor, numeric } from "../numeric-tensor.ts";
import { runForOne } from "../run-operator.ts";

const counting = (...shape: number[]): NumericTensor =>
  numeric(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i + 1),
  );

describe("Conv", () => {
  test("is a cross-correlation: the kernel is not flipped", () => {
    const y = runForOne("Conv", [counting(1, 1, 3, 3), numeric([1, 1, 2, 2], [1, 10, 100, 1000])]);
    // top left: 1 + 10 * 2 + 100 * 4 + 1000 * 5
    expect(y).toEqual(numeric([1, 1, 2, 2], [5421, 6532, 8754, 9865]));
  });

  test("pads with zeros, strides, and adds the bias", () => {
    const y = runForOne("Conv", [counting(1, 1, 3, 3), numeric([1, 1, 2, 2], [1, 1, 1, 1]), numeric([1], [0.5])], {
      strides: [2, 2],
      pads: [1, 1, 0, 0],
    });
    expect(y).toEqual(numeric([1, 1, 2, 2], [1.5, 5.5, 11.5, 28.5]));
  });

  test("sums over input channels, one plane for each output channel", () => {
    const weight = numeric([2, 2, 1, 1], [1, 10, 0, -1]);
    const y = runForOne("Conv", [counting(1, 2, 1, 2), weight]);
    expect(y).toEqual(numeric([1, 2, 1, 2], [31, 42, -3, -4]));
  });

  test("refuses groups and weights for other channels", () => {
    const weight = numeric([1, 1, 1, 1], [1]);
    expect(() => runForOne("Conv", [counting(1, 2, 1, 1), weight])).toThrow("2 input channels, got one for 1");
    expect(() => runForOne("Conv", [counting(1, 1, 1, 1), weight], { group: 2 })).toThrow("expected group 1, got 2");
  });
});

describe("ConvTranspose", () => {
  test("spreads each pixel over a window; overlaps add up", () => {
    const y = runForOne("ConvTranspose", [numeric([1, 1, 1, 2], [1, 10]), numeric([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])], {
      strides: [1, 2],
    });
    expect(y).toEqual(numeric([1, 1, 2, 5], [1, 2, 13, 20, 30, 4, 5, 46, 50, 60]));
  });

  test("pads cut the result, output_padding lengthens its end", () => {
    const attributes = { strides: [1, 2], pads: [0, 1, 0, 1], output_padding: [0, 1] };
    const y = runForOne(
      "ConvTranspose",
      [numeric([1, 1, 1, 2], [1, 10]), numeric([1, 1, 1, 3], [1, 2, 3])],
      attributes,
    );
    expect(y).toEqual(numeric([1, 1, 1, 4], [2, 13, 20, 30]));
  });

  test("adds the bias everywhere", () => {
    const inputs = [numeric([1, 1, 1, 1], [2]), numeric([1, 2, 1, 2], [1, 2, 3, 4]), numeric([2], [100, 200])];
    expect(runForOne("ConvTranspose", inputs)).toEqual(numeric([1, 2, 1, 2], [102, 104, 206, 208]));
  });
});

const dot = (a: NumericTensor, b: NumericTensor): number => a.data.reduce((sum, x, i) => sum + x * at(b.data, i), 0);

const geometry = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  extra: fc.tuple(fc.nat(6), fc.nat(6)),
  pads: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1)),
});

test("convolution and deconvolution are adjoint: <conv x, y> = <x, deconv y>", () => {
  fc.assert(
    fc.property(geometry, fc.infiniteStream(fc.integer({ min: -9, max: 9 })), (g, numbers) => {
      const random = (...shape: number[]): NumericTensor =>
        numeric(shape, [...numbers.take(shape.reduce((a, b) => a * b))]);
      const size = (axis: 0 | 1): number => g.kernel[axis] + g.extra[axis];
      const weight = random(g.outputs, g.channels, ...g.kernel);
      const x = random(2, g.channels, size(0), size(1));
      const attributes = { strides: g.strides, pads: g.pads };
      const convolved = runForOne("Conv", [x, weight], attributes);
      const y = random(...convolved.shape);
      // What the stride does not reach at the end of the input: the sizes that conv rounds down.
      const leftOver = ([0, 1] as const).map(
        (axis) => (size(axis) + g.pads[axis] + g.pads[axis + 2]! - g.kernel[axis]) % g.strides[axis],
      );
      const back = runForOne("ConvTranspose", [y, weight], { ...attributes, output_padding: leftOver });
      expect(back.shape).toEqual(x.shape);
      expect(dot(x, back)).toBe(dot(convolved, y)); // whole numbers: exact
    }),
  );
});
