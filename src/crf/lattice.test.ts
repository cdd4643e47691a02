import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referenceFilter } from "../../test/reference/dense-crf.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type Lattice, wasmWorkspace } from "../kernels/index.ts";
import { exactFilter, PermutohedralLattice } from "./index.ts";
import { storedPoints } from "./kernel-source.ts";
import { buildLattice } from "./lattice.ts";

/** Points with 1 to 6 features, near enough to each other to share vertices. */
const pointClouds = fc.integer({ min: 1, max: 6 }).chain((dimension) =>
  fc
    .array(fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: dimension, maxLength: dimension }), {
      minLength: 1,
      maxLength: 40,
    })
    .map((rows) => ({ dimension, features: Float32Array.from(rows.flat()) })),
);

function rowsOf(features: Float32Array, dimension: number): number[][] {
  return Array.from({ length: features.length / dimension }, (_, i) =>
    Array.from(features.subarray(i * dimension, (i + 1) * dimension)),
  );
}

/** The lattice of WebAssembly, built behind another one, so that its arrays are not the first of the memory. */
async function buildWasm(features: Float32Array, dimension: number): Promise<Lattice | undefined> {
  const workspace = await wasmWorkspace();
  await workspace.build(storedPoints(Float32Array.of(0, 1, 2), 1));
  await workspace.build(storedPoints(features, dimension));
  return workspace.open(0).lattices[1];
}

describe("buildLattice", () => {
  it("gives each point weights that sum to 1 and no negative ones", () => {
    fc.assert(
      fc.property(pointClouds, ({ features, dimension }) => {
        const { weights, points } = buildLattice(storedPoints(features, dimension));
        for (let point = 0; point < points; point++) {
          const own = weights.subarray(point * (dimension + 1), (point + 1) * (dimension + 1));
          expect(own.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5);
          expect(Math.min(...own)).toBeGreaterThan(-1e-5);
        }
      }),
    );
  });

  it("is the same to the last bit in WebAssembly", async () => {
    await fc.assert(
      fc.asyncProperty(pointClouds, async ({ features, dimension }) => {
        const [plain, wasm] = [buildLattice(storedPoints(features, dimension)), await buildWasm(features, dimension)];
        expect(wasm?.vertices).toBe(plain.vertices);
        expect(wasm?.corners).toEqual(plain.corners);
        expect(wasm?.weights).toEqual(plain.weights);
        expect(wasm?.runs).toEqual(plain.runs);
      }),
    );
  });

  it("moves its table to larger places as vertices come", async () => {
    // No two of these points share a vertex: 7 vertices each.
    const features = Float32Array.from({ length: 6000 }, (_, i) => (i * 7919) % 4001);
    const [plain, wasm] = [buildLattice(storedPoints(features, 6)), await buildWasm(features, 6)];
    expect(plain.vertices).toBeGreaterThan(5000);
    expect(wasm?.corners).toEqual(plain.corners);
    expect(wasm?.runs).toEqual(plain.runs);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 3e7])(
    "refuses a feature of %s, and says where it is",
    async (value) => {
      const features = Float32Array.of(0, 0, 1, value);
      expect(() => buildLattice(storedPoints(features, 2))).toThrow(/at point 1/);
      await expect(buildWasm(features, 2)).rejects.toThrow(OptionError);
    },
  );
});

describe.each(["wasm", "typescript"] as const)("PermutohedralLattice on %s", (backend) => {
  it("agrees with the slow twin", async () => {
    await fc.assert(
      fc.asyncProperty(
        pointClouds,
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        async (cloud, stream) => {
          const { features, dimension } = cloud;
          const values = Float32Array.from(rowsOf(features, dimension), () => stream.next().value as number);
          using lattice = await PermutohedralLattice.build(features, dimension, { backend });
          const expected = referenceFilter(rowsOf(features, dimension), Array.from(values));
          lattice.filter(values).forEach((value, i) => {
            expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it("averages like the exact filter, though its sums are low", async () => {
    const features = Float32Array.from(
      { length: 2 * 900 },
      (_, i) => (i % 2 === 0 ? (i / 2) % 30 : Math.floor(i / 60)) / 3,
    );
    const wave = Float32Array.from({ length: 900 }, (_, i) => Math.sin((i % 30) / 4));
    const ones = new Float32Array(900).fill(1);
    using lattice = await PermutohedralLattice.build(features, 2, { backend });
    const [sums, exactSums] = [lattice.filter(ones), exactFilter(features, 2, ones)];
    const [waves, exactWaves] = [lattice.filter(wave), exactFilter(features, 2, wave)];
    const low = sums.map((sum, i) => 1 - sum / (exactSums[i] ?? 1));
    expect(low.reduce((a, b) => a + b) / 900).toBeCloseTo(0.125, 2);
    const apart = waves.map((w, i) => Math.abs(w / (sums[i] ?? 1) - (exactWaves[i] ?? 0) / (exactSums[i] ?? 1)));
    expect(apart.reduce((a, b) => a + b) / 900).toBeLessThan(0.01);
  });

  it("filters channels apart from each other, more than one group of them too", async () => {
    const features = Float32Array.from({ length: 40 }, (_, i) => i / 5);
    const values = Float32Array.from({ length: 40 * 30 }, (_, i) => Math.sin(i));
    using lattice = await PermutohedralLattice.build(features, 1, { backend, channels: 30 });
    using single = await PermutohedralLattice.build(features, 1, { backend });
    const together = lattice.filter(values);
    for (const channel of [0, 11, 12, 29]) {
      const alone = single.filter(values.subarray(channel * 40, (channel + 1) * 40));
      expect(together.subarray(channel * 40, (channel + 1) * 40)).toEqual(alone);
    }
  });

  it("is symmetric: <K x, y> = <x, K y>, nearly", async () => {
    const features = Float32Array.from(
      { length: 2 * 100 },
      (_, i) => (i % 2 === 0 ? (i / 2) % 10 : Math.floor(i / 20)) / 2,
    );
    using lattice = await PermutohedralLattice.build(features, 2, { backend });
    const [x, y] = [0, 1].map((phase) => Float32Array.from({ length: 100 }, (_, i) => Math.cos(i + phase))) as [
      Float32Array,
      Float32Array,
    ];
    const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    // The blur's axes do not quite commute at the border of the points.
    expect(dot(lattice.filter(x), y)).toBeCloseTo(dot(x, lattice.filter(y)), 0);
  });

  it("refuses what does not fit, and use after dispose", async () => {
    const features = new Float32Array(12);
    await expect(PermutohedralLattice.build(features, 7, { backend })).rejects.toThrow(/1 to 6, got 7/);
    await expect(PermutohedralLattice.build(features, 5, { backend })).rejects.toThrow(ShapeError);
    await expect(PermutohedralLattice.build(features, 2, { backend, channels: 0 })).rejects.toThrow(OptionError);
    const lattice = await PermutohedralLattice.build(features, 2, { backend, channels: 2 });
    expect(() => lattice.filter(new Float32Array(18))).toThrow(/1 to 2 channels of 6 points, got 18/);
    lattice.dispose();
    lattice.dispose();
    expect(() => lattice.filter(new Float32Array(6))).toThrow(/disposed/);
  });
});
