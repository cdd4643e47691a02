/** Marginals and labels of pydensecrf (`scripts/reference/crf-golden.py`), on both backends. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeSafetensors } from "../weights/index.ts";
import { type MeanFieldOptions, meanField, type Normalization, type RgbImage, type Unary } from "./index.ts";

function readGolden(name: string): { data: (tensor: string) => Float32Array; metadata: ReadonlyMap<string, string> } {
  const bytes = readFileSync(new URL(`../../test/golden/${name}.safetensors`, import.meta.url));
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  return { data: (tensor) => Float32Array.from(tensors.get(tensor)?.data as Float32Array), metadata };
}

function inputOf({ data, metadata }: ReturnType<typeof readGolden>, factor: number): { unary: Unary; image: RgbImage } {
  const [classes, height, width] = ["classes", "height", "width"].map((key) => Number(metadata.get(key))) as [
    number,
    number,
    number,
  ];
  return {
    unary: { classes, height, width, data: data("unary").map((energy) => energy * factor) },
    image: { height, width, data: Uint8Array.from(data("image")) },
  };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

const KERNELS = {
  k20: { smoothness: { spatialStd: 3, weight: 3 }, appearance: { spatialStd: 20, colorStd: 3, weight: 5 } },
  k80: { smoothness: { spatialStd: 3, weight: 3 }, appearance: { spatialStd: 80, colorStd: 13, weight: 10 } },
};
const FACTORS: Readonly<Record<string, number>> = { "k20.none": 32, "k80.none": 256 };

describe.each(["wasm", "typescript"] as const)("on %s", (backend) => {
  const potts = readGolden("crf-potts");

  describe.each(["k20", "k80"] as const)("kernels %s", (set) => {
    it.each(["none", "before", "after", "symmetric"] satisfies Normalization[])(
      "agrees with pydensecrf: %s",
      async (normalization) => {
        const { unary, image } = inputOf(potts, FACTORS[`${set}.${normalization}`] ?? 1);
        for (const iterations of [1, 10]) {
          const run = `${set}.${normalization}.it${iterations}`;
          const result = await meanField(unary, image, { ...KERNELS[set], normalization, iterations, backend });
          const pixels = [...potts.data("pixels")];
          const stored = Float32Array.from({ length: unary.classes * pixels.length }, (_, i) => {
            const c = Math.floor(i / pixels.length);
            return result.marginals[c * unary.height * unary.width + (pixels[i % pixels.length] ?? 0)] ?? Number.NaN;
          });
          const atol = (JSON.parse(potts.metadata.get("atol") ?? "{}") as Record<string, number>)[`q.${run}`] ?? 0;
          expect(largestDifference(stored, potts.data(`q.${run}`)), run).toBeLessThanOrEqual(atol);
          expect(Float32Array.from(result.labels), run).toEqual(potts.data(`labels.${run}`));
        }
      },
    );
  });

  const golden = readGolden("crf-options");
  const { unary, image } = inputOf(golden, 1);
  const SETTINGS: Readonly<Record<string, Omit<MeanFieldOptions, "normalization" | "iterations">>> = {
    with_matrix: { ...KERNELS.k80, compatibility: golden.data("compatibility") },
    per_axis: {
      smoothness: { spatialStd: [2, 5], weight: 2 },
      appearance: { spatialStd: [30, 12], colorStd: [5, 9, 17], weight: 4 },
    },
  };

  it.each(["with_matrix", "per_axis"])("agrees with pydensecrf: %s", async (name) => {
    const result = await meanField(unary, image, {
      ...SETTINGS[name],
      normalization: "symmetric",
      iterations: 5,
      backend,
    });
    expect(largestDifference(result.marginals, golden.data(name))).toBeLessThanOrEqual(1e-5);
  });
});
