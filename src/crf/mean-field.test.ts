import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referenceMeanField } from "../../test/reference/dense-crf.ts";
import { NORMALIZATIONS } from "./energy.ts";
import {
  appearanceFeatures,
  type MeanFieldOptions,
  meanField,
  type RgbImage,
  smoothnessFeatures,
  type Unary,
} from "./index.ts";

const BASE: MeanFieldOptions = {
  smoothness: { spatialStd: 2, weight: 2 },
  appearance: { spatialStd: 8, colorStd: 20, weight: 3 },
  normalization: "symmetric",
  iterations: 3,
};

/** A random picture of up to 7x7 px, and energies for up to 14 classes (two groups of lanes). */
const problems = fc
  .record({
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    classes: fc.integer({ min: 1, max: 14 }),
    normalization: fc.constantFrom(...NORMALIZATIONS),
  })
  .chain(({ height, width, classes, normalization }) => {
    const pixels = height * width;
    const energies = fc.array(fc.double({ min: 0, max: 6, noNaN: true }), {
      minLength: classes * pixels,
      maxLength: classes * pixels,
    });
    return fc.record({
      unary: energies.map((data): Unary => ({ classes, height, width, data: Float32Array.from(data) })),
      image: fc
        .uint8Array({ minLength: 3 * pixels, maxLength: 3 * pixels })
        .map((data): RgbImage => ({ height, width, data })),
      normalization: fc.constant(normalization),
    });
  });

function softmaxOf({ classes, height, width, data }: Unary): Float32Array {
  const pixels = height * width;
  const powers = data.map((energy) => Math.exp(-energy));
  return powers.map((power, at) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += powers[c * pixels + (at % pixels)] ?? 0;
    return power / sum;
  });
}

function rowsOf(values: Float32Array, count: number): number[][] {
  const length = values.length / count;
  return Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * length, (i + 1) * length)));
}

function expectClose(received: Float32Array, expected: ArrayLike<number>, atol: number): void {
  expect(received.length).toBe(expected.length);
  const worst = received.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] ?? Number.NaN))),
    0,
  );
  expect(worst).toBeLessThanOrEqual(atol);
}

describe.each(["wasm", "typescript"] as const)("meanField on %s", (backend) => {
  const base = { ...BASE, backend };

  it("agrees with the slow twin, Potts and matrix", async () => {
    await fc.assert(
      fc.asyncProperty(problems, fc.boolean(), async ({ unary, image, normalization }, withMatrix) => {
        const { classes, height, width } = unary;
        const energy = (i: number, j: number): number => (i === j ? 0 : withMatrix ? ((i + j) % 3) / 2 : 1);
        const rows = Array.from({ length: classes }, (_, i) => Array.from({ length: classes }, (_, j) => energy(i, j)));
        // Potts as -1 on the diagonal: the same marginals without normalisation only up to a constant, which softmax drops.
        const reference = withMatrix ? rows : rows.map((row, i) => row.map((_, j) => (i === j ? -1 : 0)));
        const expected = referenceMeanField(
          rowsOf(unary.data, classes),
          [
            {
              features: rowsOf(smoothnessFeatures(height, width, { spatialStd: 2, weight: 2 }), height * width),
              weight: 2,
            },
            {
              features: rowsOf(appearanceFeatures(image, { spatialStd: 8, colorStd: 20, weight: 3 }), height * width),
              weight: 3,
            },
          ],
          reference,
          normalization,
          3,
        );
        const options = withMatrix
          ? { ...base, normalization, compatibility: Float32Array.from(rows.flat()) }
          : { ...base, normalization };
        expectClose((await meanField(unary, image, options)).marginals, expected.flat(), 2e-3);
      }),
      { numRuns: 15 },
    );
  });

  it("gives marginals that sum to 1, and labels that are their first largest", async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ unary, image, normalization }) => {
        const { classes, height, width } = unary;
        const { marginals, labels } = await meanField(unary, image, { ...base, normalization });
        const rows = rowsOf(marginals, classes);
        for (let i = 0; i < height * width; i++) {
          const own = rows.map((row) => row[i] ?? Number.NaN);
          expect(own.reduce((sum, q) => sum + q, 0)).toBeCloseTo(1, 5);
          expect(labels[i]).toBe(own.indexOf(Math.max(...own)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("permutes the result when the classes are permuted", async () => {
    await fc.assert(
      fc.asyncProperty(problems, fc.nat(), async ({ unary, image, normalization }, shift) => {
        const rows = rowsOf(unary.data, unary.classes);
        const rotate = <T>(list: readonly T[]): T[] => list.map((_, i) => list[(i + shift) % list.length] as T);
        const rotated = { ...unary, data: Float32Array.from(rotate(rows).flat()) };
        const [plain, permuted] = [
          await meanField(unary, image, { ...base, normalization }),
          await meanField(rotated, image, { ...base, normalization }),
        ];
        expectClose(permuted.marginals, rotate(rowsOf(plain.marginals, unary.classes)).flat(), 1e-4);
      }),
      { numRuns: 40 },
    );
  });

  it("returns the softmax of the unary for zero weights, and for no iterations", async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ unary, image }) => {
        const off = {
          ...base,
          smoothness: { spatialStd: 2, weight: 0 },
          appearance: { spatialStd: 8, colorStd: 20, weight: 0 },
        };
        expectClose((await meanField(unary, image, off)).marginals, softmaxOf(unary), 1e-6);
        expectClose((await meanField(unary, image, { ...base, iterations: 0 })).marginals, softmaxOf(unary), 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps a constant unary constant on a constant picture, symmetric", async () => {
    const [height, width, classes] = [12, 15, 3];
    const data = Float32Array.from(
      { length: classes * height * width },
      (_, i) => Math.floor(i / (height * width)) / 2,
    );
    const image = { height, width, data: new Uint8Array(height * width * 3).fill(90) };
    const { marginals, labels } = await meanField({ classes, height, width, data }, image, base);
    expect(new Set(labels)).toEqual(new Set([0]));
    for (const row of rowsOf(marginals, classes)) expect(Math.max(...row) - Math.min(...row)).toBeLessThan(0.05);
  });

  it("gives one class everywhere, and a 1x1 picture its own label", async () => {
    const one = { classes: 1, height: 2, width: 3, data: new Float32Array(6) };
    const result = await meanField(one, { height: 2, width: 3, data: new Uint8Array(18) }, base);
    expect([...result.marginals, ...result.labels]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    const dot = { classes: 3, height: 1, width: 1, data: Float32Array.of(2, 0.5, 1) };
    expect([...(await meanField(dot, { height: 1, width: 1, data: new Uint8Array(3) }, base)).labels]).toEqual([1]);
  });

  it("takes features of your own: they are the appearance kernel's where they are equal", async () => {
    const [height, width] = [6, 7];
    const image = { height, width, data: Uint8Array.from({ length: 126 }, (_, i) => (i * 37) % 256) };
    const unary = { classes: 4, height, width, data: Float32Array.from({ length: 168 }, (_, i) => (i * 13) % 5) };
    const { appearance, ...rest } = base;
    if (appearance === undefined) throw new Error("The base options have an appearance kernel.");
    const own = {
      ...rest,
      featureKernels: [{ features: appearanceFeatures(image, appearance), dimension: 5, weight: appearance.weight }],
    };
    expect((await meanField(unary, image, own)).marginals).toEqual((await meanField(unary, image, base)).marginals);
  });

  it("reports each update, stops when little changes, and stops when told to", async () => {
    const [height, width] = [10, 10];
    const image = { height, width, data: new Uint8Array(300) };
    const unary = { classes: 2, height, width, data: Float32Array.from({ length: 200 }, (_, i) => ((i * 7) % 10) / 3) };
    const reports: number[] = [];
    const all = await meanField(unary, image, {
      ...base,
      iterations: 6,
      onProgress: ({ iteration }) => reports.push(iteration),
    });
    expect(reports).toEqual([1, 2, 3, 4, 5, 6]);
    expect(all.labelsChanged).toHaveLength(6);
    expect(all.converged).toBe(false);
    const early = await meanField(unary, image, { ...base, iterations: 50, stopBelow: 0.01 });
    expect(early.converged).toBe(true);
    expect(early.labelsChanged.length).toBeLessThan(50);
    expect(early.labelsChanged.at(-1)).toBe(0);

    const controller = new AbortController();
    const stop = meanField(unary, image, {
      ...base,
      iterations: 50,
      signal: controller.signal,
      onProgress: ({ iteration }) => {
        if (iteration === 2) controller.abort();
      },
    });
    await expect(stop).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

it("gives the same labels on both backends, but where two classes are equally probable", async () => {
  await fc.assert(
    fc.asyncProperty(problems, async ({ unary, image, normalization }) => {
      const [wasm, plain] = [
        await meanField(unary, image, { ...BASE, normalization, backend: "wasm" }),
        await meanField(unary, image, { ...BASE, normalization, backend: "typescript" }),
      ];
      expectClose(wasm.marginals, plain.marginals, 1e-5);
      const pixels = wasm.labels.length;
      wasm.labels.forEach((label, i) => {
        const other = plain.labels[i] ?? Number.NaN;
        const [first, second] = [label, other].map((c) => plain.marginals[c * pixels + i] ?? Number.NaN) as [
          number,
          number,
        ];
        if (Math.abs(first - second) > 1e-5) expect(label).toBe(other);
      });
    }),
    { numRuns: 40 },
  );
});
