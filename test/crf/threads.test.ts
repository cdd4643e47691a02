/** Mean fields shared by threads; their entry is a built file, so this runs on `dist`. */
import { afterAll, expect, it } from "vitest";
import type * as Crf from "../../src/crf/index.ts";
import type * as Node from "../../src/crf/node.ts";

const built = (file: string): string => new URL(`../../dist/crf/${file}`, import.meta.url).href;
const { meanField } = (await import(/* @vite-ignore */ built("index.js"))) as typeof Crf;
const { openCrfThreads } = (await import(/* @vite-ignore */ built("node.js"))) as typeof Node;

const [height, width] = [40, 50];
const image = { height, width, data: Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * i) % 251) };
const options: Crf.MeanFieldOptions = {
  smoothness: { spatialStd: 3, weight: 3 },
  appearance: { spatialStd: 20, colorStd: 13, weight: 5 },
  normalization: "symmetric",
  iterations: 4,
};

function unaryOf(classes: number): Crf.Unary {
  const data = Float32Array.from({ length: classes * height * width }, (_, i) => 2 + 2 * Math.sin(i * i));
  return { classes, height, width, data };
}

const threads = openCrfThreads(3);
afterAll(() => threads.dispose());

it.each([1, 2, 5, 21, 40])("gives the labels and marginals of one thread: %d classes", async (classes) => {
  const unary = unaryOf(classes);
  const [alone, shared] = [
    await meanField(unary, image, options),
    await meanField(unary, image, { ...options, threads }),
  ];
  expect(shared.labels).toEqual(alone.labels);
  expect(shared.labelsChanged).toEqual(alone.labelsChanged);
  const apart = shared.marginals.map((value, i) => Math.abs(value - (alone.marginals[i] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThan(1e-6);
});

it("uses one memory for all pictures, and it does not grow for the second", async () => {
  using pool = openCrfThreads(2);
  const unary = unaryOf(21);
  const first = await meanField(unary, image, { ...options, threads: pool });
  const bytes = pool.memory?.buffer.byteLength;
  const again = await meanField(unary, image, { ...options, threads: pool });
  expect(again.marginals).toEqual(first.marginals);
  expect(pool.memory?.buffer.byteLength).toBe(bytes);
  expect(bytes).toBeGreaterThan(8 * 21 * height * width);
});

it("takes a compatibility matrix, with messages of its own in each thread", async () => {
  const compatibility = Float32Array.from({ length: 144 }, (_, i) => Math.abs((i % 12) - Math.floor(i / 12)) / 6);
  const [alone, shared] = [
    await meanField(unaryOf(12), image, { ...options, compatibility }),
    await meanField(unaryOf(12), image, { ...options, compatibility, threads }),
  ];
  expect(shared.labels).toEqual(alone.labels);
});

it("builds more kernels than there are threads", async () => {
  const depth = (dimension: number): Crf.FeatureKernel => ({
    features: Float32Array.from({ length: height * width * dimension }, (_, i) => Math.sin(i)),
    dimension,
    weight: 1,
  });
  const many = { ...options, featureKernels: [depth(1), depth(6), depth(2), depth(3)] };
  const [alone, shared] = [
    await meanField(unaryOf(5), image, many),
    await meanField(unaryOf(5), image, { ...many, threads }),
  ];
  expect(shared.labels).toEqual(alone.labels);
});

it("refuses a kernel that cannot be built as one thread does, and goes on", async () => {
  const tiny = { ...options, smoothness: { spatialStd: 1e-9, weight: 1 } };
  const refused = { name: "OptionError", message: expect.stringContaining("buildLattice: expected finite features") };
  await expect(meanField(unaryOf(5), image, tiny)).rejects.toMatchObject(refused);
  await expect(meanField(unaryOf(5), image, { ...tiny, threads })).rejects.toMatchObject(refused);
  const shared = await meanField(unaryOf(5), image, { ...options, threads });
  expect(shared.labels).toEqual((await meanField(unaryOf(5), image, options)).labels);
});

it("serves one picture after the other when asked at once, and goes on after one was stopped", async () => {
  const [first, second] = await Promise.all(
    [21, 5].map((classes) => meanField(unaryOf(classes), image, { ...options, threads })),
  );
  const stopped = meanField(unaryOf(3), image, { ...options, threads, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  expect((await meanField(unaryOf(21), image, { ...options, threads })).labels).toEqual(first?.labels);
  expect((await meanField(unaryOf(5), image, { ...options, threads })).labels).toEqual(second?.labels);
});

it("fails what it is at when it is disposed of", async () => {
  const brief = openCrfThreads(2);
  const onProgress = (): void => brief.dispose();
  const running = meanField(unaryOf(21), image, { ...options, threads: brief, onProgress });
  await expect(running).rejects.toThrow(/a thread to do its part, got: the threads were disposed of/);
});

it("refuses a backend that has no threads", async () => {
  const running = meanField(unaryOf(2), image, { ...options, threads, backend: "typescript" });
  await expect(running).rejects.toThrow(/backend "wasm" or "auto" with threads, got "typescript"/);
});

it("refuses counts that make no sense, and threads that were disposed of", async () => {
  expect(() => openCrfThreads(0)).toThrow(/1 to 64 threads, got 0/);
  const gone = openCrfThreads(1);
  gone.dispose();
  gone.dispose();
  await expect(meanField(unaryOf(2), image, { ...options, threads: gone })).rejects.toThrow(/disposed/);
});
