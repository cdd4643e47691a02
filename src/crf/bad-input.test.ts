import { describe, expect, it } from "vitest";
import { BackendError, OptionError, ShapeError } from "../errors.ts";
import {
  exactMeanField,
  type MeanFieldOptions,
  meanField,
  PYDENSECRF_EXAMPLE,
  type RgbImage,
  type Unary,
} from "./index.ts";

const UNARY: Unary = { classes: 2, height: 2, width: 3, data: new Float32Array(12) };
const IMAGE: RgbImage = { height: 2, width: 3, data: new Uint8Array(18) };

function withValue(index: number, value: number): Unary {
  const data = new Float32Array(12);
  data[index] = value;
  return { ...UNARY, data };
}

describe("meanField refuses", () => {
  it.each<
    [
      what: string,
      type: typeof ShapeError | typeof OptionError,
      message: RegExp,
      unary: Partial<Unary>,
      image: Partial<RgbImage>,
    ]
  >([
    ["an image of another size", ShapeError, /2x3 px .*got 3x2/, {}, { height: 3, width: 2 }],
    ["an image with too few bytes", ShapeError, /18 bytes .*got 6/, {}, { data: new Uint8Array(6) }],
    ["a unary of another length", ShapeError, /18 values for the shape \[3, 2, 3\], got 12/, { classes: 3 }, {}],
    ["65,536 classes", OptionError, /1 to 255 classes .*got 65536/, { classes: 65536 }, {}],
    ["no classes", OptionError, /1 to 255 classes .*got 0/, { classes: 0 }, {}],
    ["no pixels", ShapeError, /at least 1x1 px .*got 0x3/, { height: 0, data: new Float32Array(0) }, { height: 0 }],
    ["a NaN", OptionError, /finite unaries, got NaN for class 1 at x 2, y 0/, withValue(8, Number.NaN), {}],
    [
      "an infinity",
      OptionError,
      /finite unaries, got Infinity for class 0 at x 1, y 1/,
      withValue(4, Number.POSITIVE_INFINITY),
      {},
    ],
  ])("%s", async (_, type, message, unary, image) => {
    const run = meanField({ ...UNARY, ...unary }, { ...IMAGE, ...image }, PYDENSECRF_EXAMPLE);
    await expect(run).rejects.toThrow(type);
    await expect(run).rejects.toThrow(message);
  });

  it.each<[options: Partial<MeanFieldOptions>, message: RegExp]>([
    [{ smoothness: { spatialStd: 0, weight: 1 } }, /smoothness.spatialStd .*above 0, got 0/],
    [{ smoothness: { spatialStd: [3, -1], weight: 1 } }, /smoothness.spatialStd .*got 3,-1/],
    [{ appearance: { spatialStd: 3, colorStd: Number.NaN, weight: 1 } }, /appearance.colorStd .*got NaN/],
    [{ appearance: { spatialStd: 3, colorStd: 13, weight: -2 } }, /appearance.weight .*at least 0, got -2/],
    [{ iterations: 1.5 }, /iterations .*got 1.5/],
    [{ normalization: "l2" as "none" }, /none, before, after, symmetric, got "l2"/],
    [{ stopBelow: 2 }, /stopBelow .*\[0, 1\], got 2/],
    [{ memoryLimit: 0 }, /memoryLimit .*got 0/],
    [
      { featureKernels: [{ features: new Float32Array(42), dimension: 7, weight: 1 }] },
      /1 to 6 features per pixel, got 7/,
    ],
    [{ compatibility: Float32Array.of(0, 1, 2, 0) }, /symmetric .*got 2 at \[1, 0\] and 1 at \[0, 1\]/],
  ])("options %j", async (options, message) => {
    const run = meanField(UNARY, IMAGE, { ...PYDENSECRF_EXAMPLE, ...options });
    await expect(run).rejects.toThrow(OptionError);
    await expect(run).rejects.toThrow(message);
  });

  it("features and matrices of another length", async () => {
    const features = [{ features: new Float32Array(5), dimension: 1, weight: 1 }];
    await expect(meanField(UNARY, IMAGE, { ...PYDENSECRF_EXAMPLE, featureKernels: features })).rejects.toThrow(
      /6 features .*got 5/,
    );
    const matrix = { ...PYDENSECRF_EXAMPLE, compatibility: new Float32Array(9) };
    await expect(meanField(UNARY, IMAGE, matrix)).rejects.toThrow(/4 compatibilities .*got 9/);
  });

  it("what would pass the memory limit, before and after it knows the lattice", async () => {
    const small = { ...PYDENSECRF_EXAMPLE, memoryLimit: 200 };
    await expect(meanField(UNARY, IMAGE, small)).rejects.toThrow(BackendError);
    await expect(meanField(UNARY, IMAGE, small)).rejects.toThrow(/at most 0.0 MB .*2 classes and 2x3 px/);
    const { bytes } = await meanField(UNARY, IMAGE, PYDENSECRF_EXAMPLE);
    await expect(meanField(UNARY, IMAGE, { ...PYDENSECRF_EXAMPLE, memoryLimit: bytes - 1 })).rejects.toThrow(
      BackendError,
    );
    await expect(meanField(UNARY, IMAGE, { ...PYDENSECRF_EXAMPLE, memoryLimit: bytes })).resolves.toBeDefined();
  });
});

it("exactMeanField refuses pictures that are too large for it", () => {
  const unary = { classes: 1, height: 65, width: 64, data: new Float32Array(4160) };
  const image = { height: 65, width: 64, data: new Uint8Array(4160 * 3) };
  expect(() => exactMeanField(unary, image, PYDENSECRF_EXAMPLE)).toThrow(/at most 4096 pixels, .*got 4160/);
});
