/** The segmenter on a runtime whose network is a function of each pixel: then tiles may not change anything. */
import { describe, expect, it } from "vitest";
import { tinyModel } from "../../test/builders/tiny-model.ts";
import { CRF_PRESETS } from "../crf/index.ts";
import { BackendError, OptionError } from "../errors.ts";
import { flipImage, type Image, image, meanColor, networkInput, resizeImage, solidImage } from "../image/index.ts";
import type { Tensor } from "../onnx/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { randomFor } from "../tensor/index.ts";
import { flipScores, meanScores } from "./mean-scores.ts";
import { segmentationModel } from "./model.ts";
import { refineLabels } from "./refine.ts";
import { Segmenter, type SegmenterOptions } from "./segmenter.ts";

const MODEL = segmentationModel(tinyModel({ classNames: ["background", "blue", "green", "red"] }), "tiny");

/** Scores of a pixel: 0, and its three input channels. */
function pixelwise(): { runtime: Runtime; batches: number[][]; disposed: () => number } {
  const batches: number[][] = [];
  let disposed = 0;
  const runtime: Runtime = {
    device: "test",
    availableMemory: () => undefined,
    open: () =>
      Promise.resolve({
        inputNames: ["input"],
        outputNames: ["output"],
        run: (feeds, fetch) => {
          const { shape, data } = feeds["input"] as Tensor;
          const [n = 0, , height = 0, width = 0] = shape;
          batches.push([...shape]);
          const plane = height * width;
          const scores = new Float32Array(n * 4 * plane);
          for (let i = 0; i < n; i++) {
            scores.set((data as Float32Array).subarray(i * 3 * plane, (i + 1) * 3 * plane), (i * 4 + 1) * plane);
          }
          return Promise.resolve({ [fetch[0] ?? ""]: { type: "float32", shape: [n, 4, height, width], data: scores } });
        },
        dispose: () => {
          disposed++;
          return Promise.resolve();
        },
      }),
  };
  return { runtime, batches, disposed: () => disposed };
}

function noise(height: number, width: number): Image {
  const random = randomFor(3, "segmenter", height * width);
  return image(
    Uint8Array.from({ length: 3 * height * width }, () => random.integer(0, 256)),
    height,
    width,
  );
}

const open = (options: SegmenterOptions = {}, runtime = pixelwise().runtime): Promise<Segmenter> =>
  Segmenter.create(runtime, MODEL, options);

describe("Segmenter", () => {
  it.each([
    ["one tile", 64, undefined],
    ["four tiles", 64, 32],
    ["many tiles", 200, 64],
    ["a size that is no multiple of 32", 45, undefined],
  ])("gives the network's scores at each pixel: %s", async (_, size, tileSize) => {
    const segmenter = await open({ size, ...(tileSize === undefined ? {} : { tileSize }) });
    const photo = noise(size, Math.round(size * 0.75));
    const scores = await segmenter.scores(photo);
    expect(scores).toMatchObject({ classes: 4, height: size, width: Math.round(size * 0.75) });
    const pixels = photo.height * photo.width;
    // Sums of equal tiles divided by their count round.
    const expected = networkInput(photo, MODEL.preprocessing);
    const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - scores.data[pixels + i]!)), 0);
    expect(largest).toBeLessThan(1e-4);
    expect(scores.data.subarray(0, pixels).every((score) => score === 0)).toBe(true);
  });

  it("is the same to the bit with one tile that is larger than the photo and one that fits", async () => {
    const photo = noise(64, 64);
    const fits = await (await open({ size: 64, tileSize: 64 })).scores(photo);
    expect(await (await open({ size: 64, tileSize: 96 })).scores(photo)).toEqual(fits);
  });

  it.each([
    [1, 1],
    [1, 500],
    [500, 1],
    [40, 30],
    [33, 31],
  ])("labels photos of %i x %i at their own size", async (height, width) => {
    const segmenter = await open();
    const labels = await segmenter.segment(solidImage({ height, width }, [255, 0, 0]));
    expect([labels.height, labels.width]).toEqual([height, width]);
    expect(labels.data.every((label) => label === 3)).toBe(true);
  });

  it("sees the photo at the model's size, in square tiles, up to four together", async () => {
    const { runtime, batches } = pixelwise();
    const segmenter = await open({ size: 128, tileSize: 64 }, runtime);
    await segmenter.scores(noise(100, 100));
    expect(batches).toEqual([
      [4, 3, 64, 64],
      [4, 3, 64, 64],
      [1, 3, 64, 64],
    ]);
    const whole = await open({}, runtime);
    expect([whole.size, whole.tileSize]).toEqual([32, 32]);
  });

  it("refines labels with a CRF if there is one, scores never", async () => {
    const photo = noise(40, 30);
    const crf = { ...CRF_PRESETS.pydensecrf, smoothness: { spatialStd: 60, weight: 1000 } };
    const [plain, refining] = [await open(), await open({ crf, crfSize: 20 })];
    const scores = await plain.scores(photo);
    expect(await refining.scores(photo)).toEqual(scores);
    const { labels } = await refineLabels({ kind: "scores", map: scores }, photo, crf, { size: 20 });
    expect(await refining.segment(photo)).toEqual(labels);
    expect(await refining.labels(scores, photo)).toEqual(labels);
    expect(await plain.segment(photo)).not.toEqual(labels);
    const signal = AbortSignal.abort();
    await expect(refining.labels(scores, photo, { signal })).rejects.toBe(signal.reason);
  });

  it("shares batches between photos, and gives each its own scores", async () => {
    const { runtime, batches } = pixelwise();
    const segmenter = await open({ batch: 3 }, runtime);
    const photos = [noise(32, 32), noise(20, 32), noise(32, 9), noise(64, 64)];
    const together = await segmenter.batchScores(photos);
    expect(batches.map(([n]) => n)).toEqual([3, 1]);
    for (const [i, photo] of photos.entries()) expect(together[i]).toEqual(await segmenter.scores(photo));
  });

  it("pads with the mean colour, which is 0 to the network", async () => {
    const segmenter = await open();
    const grey = solidImage({ height: 8, width: 32 }, meanColor(MODEL.preprocessing));
    const scores = await segmenter.scores(grey);
    expect(scores.height).toBe(8);
    expect(scores.data.every((score) => Math.abs(score) < 0.5)).toBe(true);
  });

  it("shrinks large photos with all their pixels", async () => {
    const segmenter = await open();
    const photo = noise(320, 320);
    const scores = await segmenter.scores(photo);
    const shrunk = networkInput(resizeImage(photo, { height: 32, width: 32 }), MODEL.preprocessing);
    expect(scores.data.subarray(32 * 32)).toEqual(shrunk);
  });

  it("gives the mean over sizes and mirror images, at the largest size", async () => {
    const photos = [noise(40, 64), noise(90, 50)];
    const options = { flip: true, tileSize: 32 };
    const segmenter = await open({ ...options, size: [48, 64] });
    expect(segmenter.size).toBe(64);
    const views = await Promise.all([48, 64].map((size) => open({ size, tileSize: 32 })));
    const found = await segmenter.batchScores(photos);
    for (const [i, photo] of photos.entries()) {
      const plain = await Promise.all(views.map((view) => view.scores(photo)));
      const mirrored = await Promise.all(views.map((view) => view.scores(flipImage(photo))));
      const size = plain[1] ?? { height: 0, width: 0 };
      const expected = meanScores([...plain, ...mirrored.map(flipScores)], size);
      expect(found[i]).toMatchObject({ classes: 4, height: size.height, width: size.width });
      const largest = expected.data.reduce((most, value, j) => Math.max(most, Math.abs(value - found[i]!.data[j]!)), 0);
      expect(largest).toBeLessThan(1e-4);
    }
  });

  it("has one network for sizes with equal tiles, and disposes of all", async () => {
    const { runtime, batches, disposed } = pixelwise();
    const segmenter = await open({ size: [60, 64, 64, 100] }, runtime);
    await segmenter.scores(noise(64, 64));
    expect(batches.map(([, , , side]) => side)).toEqual([64, 64, 128]);
    await segmenter.dispose();
    expect(disposed()).toBe(2);
  });

  it("leaves nothing open if one of the sizes is wrong", async () => {
    const { runtime, disposed } = pixelwise();
    await expect(open({ size: [64, 0] }, runtime)).rejects.toThrow("expected a size of at least 1 px, got 0");
    expect(disposed()).toBe(1);
  });

  it.each<[SegmenterOptions, RegExp]>([
    [{ size: [] }, /expected at least 1 size, got 0/],
    [{ size: 0 }, /expected a size of at least 1 px, got 0/],
    [{ batch: 1.5 }, /expected a batch of at least 1, got 1.5/],
    [{ tileSize: 48 }, /multiple of 32 px, got 48/],
  ])("refuses %o", async (options, message) => {
    await expect(open(options)).rejects.toThrow(OptionError);
    await expect(open(options)).rejects.toThrow(message);
  });

  it("keeps to the trained size where the network has fully connected layers", async () => {
    const architectureOptions = { inputSize: 64, widths: [2, 2, 2, 2, 2], fcWidth: 4, classes: 4 };
    const model = { ...MODEL, architectureOptions };
    const creating = Segmenter.create(pixelwise().runtime, model, { tileSize: 96 });
    await expect(creating).rejects.toThrow("expected a tile size of 64 px for a network with fully connected layers");
  });

  it("can be disposed of twice, and does not run afterwards", async () => {
    const { runtime, disposed } = pixelwise();
    const segmenter = await open({}, runtime);
    await segmenter.dispose();
    await segmenter[Symbol.asyncDispose]();
    expect(disposed()).toBe(1);
    await expect(segmenter.segment(noise(2, 2))).rejects.toThrow(BackendError);
  });

  it("stops when it is told to", async () => {
    const segmenter = await open();
    const signal = AbortSignal.abort();
    await expect(segmenter.segment(noise(2, 2), { signal })).rejects.toBe(signal.reason);
  });
});
