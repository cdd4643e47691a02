/** The CRF on photos of two colours, whose border the labels miss by some pixels. */
import { describe, expect, it } from "vitest";
import { CRF_PRESETS, type CrfPreset } from "../crf/index.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type Image, image } from "../image/index.ts";
import { type LabelMap, labelMap, VOID } from "../labels/index.ts";
import { type Evidence, refineLabels } from "./refine.ts";
import type { ScoreMap } from "./tiles.ts";

const [HEIGHT, WIDTH] = [30, 40];
const PRESET: CrfPreset = {
  size: 40,
  smoothness: { spatialStd: 1, weight: 1 },
  appearance: { spatialStd: 20, colorStd: 10, weight: 8 },
  normalization: "symmetric",
  iterations: 5,
};

/** Red left of `edge`, blue from there on. */
function twoColours(height: number, width: number, edge: number): Image {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const isLeft = Math.floor(i / 3) % width < edge;
    return i % 3 === (isLeft ? 0 : 2) ? 200 : 30;
  });
  return image(data, height, width);
}

/** `left` in the columns left of `edge`, `right` from there on. */
function twoLabels(height: number, width: number, edge: number, left: number, right: number): LabelMap {
  return labelMap(
    Uint8Array.from({ length: height * width }, (_, i) => (i % width < edge ? left : right)),
    height,
    width,
  );
}

/** Scores of three classes: class 0 left of the edge, class 2 from there on; class 1 nowhere. */
function twoScores(height: number, width: number, edge: number): ScoreMap {
  const plane = height * width;
  const data = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const wanted = (i % plane) % width < edge ? 0 : 2;
    return Math.floor(i / plane) === wanted ? 1 : 0;
  });
  return { classes: 3, height, width, data };
}

const PHOTO = twoColours(HEIGHT, WIDTH, 20);

describe("refineLabels", () => {
  it("moves the border of a label map to that of the photo, and keeps its label values", async () => {
    const map = twoLabels(HEIGHT, WIDTH, 17, 0, 12);
    const { labels, changed, workSize, labelsChanged } = await refineLabels(
      { kind: "labels", map, confidence: 0.6 },
      PHOTO,
      PRESET,
    );
    expect(labels).toEqual(twoLabels(HEIGHT, WIDTH, 20, 0, 12));
    expect(changed).toBe(3 * HEIGHT);
    expect(workSize).toEqual({ height: HEIGHT, width: WIDTH });
    expect(labelsChanged).toHaveLength(5);
  });

  it("fills void with what has the same colour", async () => {
    const map = labelMap(
      twoLabels(HEIGHT, WIDTH, 20, 3, 7).data.map((label, i) => (i % WIDTH >= 15 && i % WIDTH < 25 ? VOID : label)),
      HEIGHT,
      WIDTH,
    );
    const { labels, changed } = await refineLabels({ kind: "labels", map, confidence: 0.7 }, PHOTO, PRESET);
    expect(labels).toEqual(twoLabels(HEIGHT, WIDTH, 20, 3, 7));
    expect(changed).toBe(10 * HEIGHT);
  });

  it("takes scores that are smaller than the photo, as the network gives them", async () => {
    const map = twoScores(15, 20, 8);
    const { labels } = await refineLabels({ kind: "scores", map }, PHOTO, PRESET);
    expect(labels).toEqual(twoLabels(HEIGHT, WIDTH, 20, 0, 2));
  });

  it("takes probabilities", async () => {
    const map = twoScores(HEIGHT, WIDTH, 17);
    const data = map.data.map((score) => (score === 1 ? 0.5 : 0.25));
    const { labels } = await refineLabels({ kind: "probabilities", map: { ...map, data } }, PHOTO, PRESET);
    expect(labels).toEqual(twoLabels(HEIGHT, WIDTH, 20, 0, 2));
    await expect(
      refineLabels({ kind: "probabilities", map: { ...map, data: map.data.map(() => 7) } }, PHOTO, PRESET),
    ).rejects.toThrow(/probabilities in \[0, 1\], got 7/);
  });

  it("works at a smaller size where the photo is larger, with the preset of that size", async () => {
    const large = twoColours(2 * HEIGHT, 2 * WIDTH, 40);
    const refined = await refineLabels({ kind: "scores", map: twoScores(HEIGHT, WIDTH, 20) }, large, PRESET, {
      size: 20,
    });
    expect(refined.workSize).toEqual({ height: 15, width: 20 });
    expect(refined.preset).toMatchObject({ size: 20, appearance: { spatialStd: 10, colorStd: 10 } });
    expect(refined.labels).toEqual(twoLabels(60, 80, 40, 0, 2));
  });

  it("gives one class everywhere for a map of one, and a pixel its own", async () => {
    const one = await refineLabels(
      { kind: "labels", map: labelMap(new Uint8Array(1200).fill(9), HEIGHT, WIDTH), confidence: 0.9 },
      PHOTO,
      PRESET,
    );
    expect(one.labels.data.every((label) => label === 9)).toBe(true);
    const dot = image(Uint8Array.of(1, 2, 3), 1, 1);
    const scores: ScoreMap = { classes: 2, height: 1, width: 1, data: Float32Array.of(0, 1) };
    expect([...(await refineLabels({ kind: "scores", map: scores }, dot, CRF_PRESETS.paper)).labels.data]).toEqual([1]);
  });

  it.each<[string, Evidence, typeof ShapeError | typeof OptionError, RegExp]>([
    [
      "labels of another size",
      { kind: "labels", map: twoLabels(15, 20, 8, 0, 1), confidence: 0.5 },
      ShapeError,
      /labels of the photo's size, 30x40 px \(height x width\), got 15x20/,
    ],
    [
      "scores of another shape",
      { kind: "scores", map: twoScores(40, 30, 8) },
      ShapeError,
      /scores of the photo's size, 30x40 px \(height x width\), or another size of the same shape, got 40x30/,
    ],
    [
      "labels that are all void",
      { kind: "labels", map: twoLabels(HEIGHT, WIDTH, 8, VOID, VOID), confidence: 0.5 },
      OptionError,
      /at least 1 label, got 1200 pixels of void/,
    ],
    [
      "scores that are not finite",
      { kind: "scores", map: { ...twoScores(HEIGHT, WIDTH, 8), data: new Float32Array(3600).fill(Number.NaN) } },
      OptionError,
      /finite unaries, got NaN/,
    ],
  ])("refuses %s", async (_, evidence, type, message) => {
    await expect(refineLabels(evidence, PHOTO, PRESET)).rejects.toThrow(type);
    await expect(refineLabels(evidence, PHOTO, PRESET)).rejects.toThrow(message);
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort();
    const refining = refineLabels({ kind: "scores", map: twoScores(HEIGHT, WIDTH, 8) }, PHOTO, PRESET, { signal });
    await expect(refining).rejects.toBe(signal.reason);
  });
});
