/** The edge net: trained on drawn shapes, run on photos of all sizes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackendError, EdgeNetDetector, OptionError, type Runtime, Session, ShapeError } from "deconvnet";
import { edgeNet, inferenceGraph, initialize } from "deconvnet/nets";
import {
  nodeRuntime,
  openEdgeDetector,
  openEdgeExamples,
  type TrainEdgeNetProgress,
  trainEdgeNet,
} from "deconvnet/node";
import type { Tensor } from "deconvnet/onnx";
import type { ModelFile } from "deconvnet/weights";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawShapes, writeTinyVoc } from "../builders/tiny-voc.ts";
import { seededNumbers } from "../seeded-numbers.ts";

const OPTIONS = { steps: 150, batch: 2, crop: 64 };

let folder = "";
let trained: ModelFile;
const losses: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edge-net-"));
  await writeTinyVoc(folder, { photos: 8, side: 120 });
  trained = await trainEdgeNet(await openEdgeExamples(folder, { split: "train" }), {
    ...OPTIONS,
    onProgress: (state) => state.stage === "steps" && losses.push(state.loss),
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function noise(width: number, height: number): { data: Uint8Array; width: number; height: number } {
  const next = seededNumbers(width * height);
  return { data: Uint8Array.from({ length: 3 * width * height }, () => 256 * next()), width, height };
}

test("learns where regions meet", async () => {
  expect(losses).toHaveLength(6);
  expect(losses.at(-1)).toBeLessThan(0.6 * losses[0]!);
  await using net = await EdgeNetDetector.create(nodeRuntime, trained.tensors);
  // Drawn from another seed than the photos that it learned from.
  const { image, labels } = drawShapes(77, 0, 120);
  const { data } = await net.detect(image);
  const sums = { edge: [0, 0], inside: [0, 0] };
  for (let i = 3; i < data.length - 3; i++) {
    const near = labels.data.subarray(i - 3, i + 4);
    const sum = labels.data[i] === 255 ? sums.edge : near.includes(255) ? undefined : sums.inside;
    if (sum === undefined) continue;
    sum[0]! += data[i]!;
    sum[1]! += 1;
  }
  const [edge, inside] = [sums.edge, sums.inside].map(([sum = 0, count = 1]) => sum / count) as [number, number];
  expect(edge).toBeGreaterThan(3 * inside);
});

test("says what it was trained on", () => {
  expect(trained.metadata).toMatchObject({
    architecture: "edge-net",
    training: { dataSets: [{ images: 6 }], steps: 150, samples: 300, seed: 1 },
    license: "Terms: those of its photos and label maps.",
  });
});

test("the same seed and data give the same numbers, and it goes on from them", async () => {
  const examples = await openEdgeExamples(folder, { split: "train" });
  const few = { ...OPTIONS, steps: 2 };
  const [first, second] = [await trainEdgeNet(examples, few), await trainEdgeNet(examples, few)];
  expect(second.tensors).toEqual(first.tensors);
  let loss = 0;
  const onProgress = (state: TrainEdgeNetProgress): void => {
    if (state.stage === "steps") loss = state.loss;
  };
  await trainEdgeNet(examples, { ...few, from: trained.tensors, learningRate: 1e-6, onProgress });
  expect(loss).toBeLessThan(0.6 * losses[0]!);
});

test.each([
  [{ steps: 0 }, /expected steps to be a whole number of at least 1, got 0/],
  [{ crop: 100 }, /expected a crop of a multiple of 16 px, got 100/],
  [{ crop: 256 }, /expected a photo of at least 256 x 256 px, got none of 6/],
  [{ learningRate: 0 }, /expected a learning rate above 0, 1 at most, got 0/],
])("refuses %o", async (options, message) => {
  const training = trainEdgeNet(await openEdgeExamples(folder, { split: "train" }), options);
  await expect(training).rejects.toThrow(OptionError);
  await expect(training).rejects.toThrow(message);
});

test("stops when it is told to", async () => {
  const examples = await openEdgeExamples(folder, { split: "train" });
  const stop = new AbortController();
  const options = { ...OPTIONS, signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) };
  await expect(trainEdgeNet(examples, options)).rejects.toThrow("enough");
});

test("what is taken where nothing is named is the package's net, which has no non-commercial limit", async () => {
  await using unnamed = await openEdgeDetector();
  await using net = await openEdgeDetector("net");
  expect(unnamed.description).toBe(net.description);
  expect(net.description).toMatch(/^edge net trained on .*voc-animals/);
  expect(net.description).not.toMatch(/non-?commercial|Berkeley|BSDS/i);
  const { image } = drawShapes(78, 0, 120);
  const edges = await net.detect(image);
  expect(Math.max(...edges.data)).toBeGreaterThan(0.5);
  await expect(openEdgeDetector("net", { scales: [1] })).rejects.toThrow(OptionError);
});

describe("detect", () => {
  test("gives what the net gives whose input has the photo's size", async () => {
    const [width, height] = [72, 48];
    const drawn = initialize(edgeNet({ width, height }), { seed: 3 });
    const { graph, tensors } = inferenceGraph(edgeNet({ width, height }), drawn);
    await using session = await Session.create(nodeRuntime, graph, { parameters: tensors });
    const photo = noise(width, height);
    const data = Float32Array.from({ length: 3 * width * height }, (_, i) => {
      const [channel, pixel] = [Math.floor(i / (width * height)), i % (width * height)];
      return (photo.data[3 * pixel + channel]! - [123, 117, 104][channel]!) / [58, 57, 57][channel]!;
    });
    const input: Tensor = { type: "float32", shape: [1, 3, height, width], data };
    const [scores] = Object.values(await session.run({ input })) as [Tensor & { data: Float32Array }];
    await using net = await EdgeNetDetector.create(nodeRuntime, drawn);
    const edges = (await net.detect(photo)).data;
    // A pixel between the half-size grid's pixels: bilinear in the odds.
    const [column, row] = [20, 11];
    const at = (x: number, y: number): number => {
      const i = y * (width / 2) + x;
      return scores.data[i + (width / 2) * (height / 2)]! - scores.data[i]!;
    };
    const upper = 0.75 * at(column, row) + 0.25 * at(column + 1, row);
    const lower = 0.75 * at(column, row + 1) + 0.25 * at(column + 1, row + 1);
    const odds = 0.75 * upper + 0.25 * lower;
    expect(edges[(2 * row + 1) * width + 2 * column + 1]).toBeCloseTo(1 / (1 + Math.exp(-odds)), 5);
  });

  test.each([
    [1, 1],
    [3, 200],
    [97, 33],
    [160, 120],
  ])("takes %i x %i px", async (width, height) => {
    await using net = await EdgeNetDetector.create(nodeRuntime, trained.tensors);
    const edges = await net.detect(noise(width, height));
    expect([edges.width, edges.height, edges.data.length]).toEqual([width, height, width * height]);
    expect(edges.data.every((strength) => strength >= 0 && strength <= 1)).toBe(true);
  });

  test("refuses what is no photo, what does not fit in memory, and to work when it was disposed", async () => {
    let available = 1e11;
    const runtime: Runtime = { ...nodeRuntime, availableMemory: () => available };
    const net = await EdgeNetDetector.create(runtime, trained.tensors);
    await expect(net.detect({ data: new Uint8Array(5), width: 2, height: 1 })).rejects.toThrow(ShapeError);
    available = 2e8;
    const large = { data: new Uint8Array(3 * 2000 * 1000), width: 2000, height: 1000 };
    await expect(net.detect(large)).rejects.toThrow(
      /^EdgeNetDetector: expected "edge-net at 2000x1000 px" to need at most the 0\.2 GB .* Make the photo smaller\.$/,
    );
    await net.dispose();
    await expect(net.detect(noise(8, 8))).rejects.toThrow(BackendError);
  });

  test("parameters of another net are refused", async () => {
    const some = new Map([...trained.tensors].slice(3));
    await expect(EdgeNetDetector.create(nodeRuntime, some)).rejects.toThrow(ShapeError);
  });
});
