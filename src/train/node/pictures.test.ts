import { describe, expect, it } from "vitest";
import { Evaluation } from "../../evaluate/index.ts";
import { CAFFE_PREPROCESSING, imageFromInput, networkInput, solidImage } from "../../image/index.ts";
import { labelMap, VOC_PALETTE } from "../../labels/index.ts";
import type { EvaluatedImage } from "../../segment/node.ts";
import { batchPicture } from "./batch-picture.ts";
import { PickedPhotos } from "./picked-photos.ts";

const NAMES = ["background", "cat"];

/** A photo of 10 px; so many of its cat's 5 px are found. */
function image(id: string, found: number, label = 1): EvaluatedImage {
  const row = (values: readonly number[]) => labelMap(Uint8Array.from(values), 1, 10);
  const truth = row([0, 0, 0, 0, 0, label, label, label, label, label]);
  const prediction = row(Array.from({ length: 10 }, (_, i) => (i >= 10 - found ? 1 : 0)));
  const record = new Evaluation(NAMES).add(id, truth, prediction);
  return { record, photo: solidImage({ height: 1, width: 10 }, [9, 9, 9]), truth, prediction };
}

describe("PickedPhotos", () => {
  it("keeps the worst and the best, in order, and no photo of background among the best", () => {
    const photos = new PickedPhotos(2, NAMES, VOC_PALETTE);
    for (const [i, found] of [3, 1, 5, 4, 0, 2].entries()) photos.add(image(`p${i}`, found));
    photos.add(image("empty", 0, 0));
    photos.add(image("void", 0, 255));
    expect(photos.worst.map(({ caption }) => caption)).toEqual(["p4: mean IoU 25.0 %", "p1: mean IoU 37.8 %"]);
    expect(photos.best.map(({ caption }) => caption)).toEqual(["p2: mean IoU 100.0 %", "p3: mean IoU 81.7 %"]);
  });

  it("shows photo, truth and prediction", () => {
    const photos = new PickedPhotos(1, NAMES, VOC_PALETTE);
    photos.add(image("p", 2));
    const [picked] = photos.worst;
    const reds = [...(picked?.picture.data ?? [])].filter((_, i) => i % 3 === 0);
    // The cat is 5 px of the truth and 2 of the prediction, in the palette's dark red, whose edge is drawn in full.
    expect(reds.filter((red) => red === 128).length).toBe(2);
    expect(picked?.picture.width).toBe(3 * 10 + 4 * 8);
  });
});

describe("batchPicture", () => {
  it("shows the pictures that the input was made from, in full rows", () => {
    const [size, count] = [{ height: 4, width: 4 }, 3];
    const colors = [
      [10, 20, 30],
      [200, 100, 0],
      [255, 255, 255],
    ] as const;
    const inputs = colors.map((color) => networkInput(solidImage(size, color), CAFFE_PREPROCESSING));
    expect(inputs.map((input) => [...imageFromInput(input, size, CAFFE_PREPROCESSING).data.subarray(0, 3)])).toEqual(
      colors,
    );
    const images = {
      type: "float32",
      shape: [count, 3, 4, 4],
      data: Float32Array.from(inputs.flatMap((input) => [...input])),
    } as const;
    const labels = { type: "int32", shape: [count, 4, 4], data: new Int32Array(count * 16).fill(255) } as const;
    const picture = batchPicture([{ images, labels }], VOC_PALETTE);
    expect([picture.width, picture.height]).toEqual([3 * 4 + 4 * 8, 4 + 2 * 8]);
    const at = (8 * picture.width + 8 + 12) * 3;
    expect([...picture.data.subarray(at, at + 3)]).toEqual([200, 100, 0]);
  });
});
