/** The search on drawn photos whose scores are blurred: the CRF has something to find. */
import { describe, expect, it } from "vitest";
import { drawShapes, TINY_VOC_CLASSES } from "../../test/builders/tiny-voc.ts";
import { OptionError } from "../errors.ts";
import { ConfusionMatrix, scoresOf } from "../evaluate/index.ts";
import { resizeScores } from "../image/index.ts";
import { VOID } from "../labels/index.ts";
import { findCrf, type ScoredPhotos } from "./find-crf.ts";
import { refineLabels } from "./refine.ts";

const SIDE = 32;

/** Scores as a network with a stride of 4 px would give them. */
function photos(length: number, read: number[] = []): ScoredPhotos {
  return {
    length,
    classNames: TINY_VOC_CLASSES,
    read: async (photo) => {
      read.push(photo);
      const { image, labels } = drawShapes(3, photo, SIDE);
      const { height, width } = image;
      const sharp = new Float32Array(4 * height * width);
      labels.data.forEach((label, i) => {
        if (label !== VOID) sharp[label * height * width + i] = 4;
      });
      const small = { height: height / 4, width: width / 4 };
      const coarse = resizeScores(sharp, [4, height, width], small);
      const data = resizeScores(coarse, [4, small.height, small.width], image);
      return { id: String(photo), image, labels, scores: { classes: 4, height, width, data } };
    },
  };
}

describe("findCrf", () => {
  it("finds a preset that is better than none, at the size of the score maps", async () => {
    const { preset, trials, before, after, drawn, drawnBefore } = await findCrf(photos(4), { trials: 8, photos: 2 });
    const [without, refined] = [before, after].map((matrix) => scoresOf(matrix, TINY_VOC_CLASSES).meanIoU ?? 0);
    expect(refined).toBeGreaterThan(without ?? 1);
    expect(preset).toEqual(trials[0]?.preset);
    expect(preset.size).toBe(SIDE);
    expect(drawn).toBe(2);
    expect(trials[0]?.score).toBeGreaterThan(drawnBefore);
    expect(before.pixels).toBe(after.pixels);
  });

  it("tries on the drawn photos alone, measures on all, and does the same for the same seed", async () => {
    const [first, second]: [number[], number[]] = [[], []];
    const options = { trials: 3, photos: 2, seed: 9 };
    const found = await findCrf(photos(5, first), options);
    expect((await findCrf(photos(5, second), options)).trials).toEqual(found.trials);
    expect(second).toEqual(first);
    // The size; without and with three presets on two photos; before and after on all five.
    expect(first.length).toBe(1 + 4 * 2 + 2 * 5);
    expect(new Set(first.slice(1, 9)).size).toBe(2);
    expect(first.slice(-5)).toEqual([0, 1, 2, 3, 4]);
  });

  it("measures what refineLabels gives, where photos have the size of their score maps", async () => {
    const source = photos(2);
    const { preset, after } = await findCrf(source, { trials: 3, photos: 1 });
    const matrix = new ConfusionMatrix(TINY_VOC_CLASSES.length);
    for (const photo of [0, 1]) {
      const { id, image, labels, scores } = await source.read(photo);
      matrix.accumulate(labels, (await refineLabels({ kind: "scores", map: scores }, image, preset)).labels, id);
    }
    expect(scoresOf(matrix, TINY_VOC_CLASSES)).toEqual(scoresOf(after, TINY_VOC_CLASSES));
  });

  it("refuses to search on nothing, and stops when it is told to", async () => {
    await expect(findCrf(photos(0))).rejects.toThrow(OptionError);
    await expect(findCrf(photos(2), { photos: 0 })).rejects.toThrow(/at least 1 photo, got 0/);
    const signal = AbortSignal.abort();
    await expect(findCrf(photos(2), { signal })).rejects.toBe(signal.reason);
  });
});
