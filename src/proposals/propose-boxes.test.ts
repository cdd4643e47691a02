import { expect, test } from "vitest";
import { syntheticForest } from "../../test/synthetic-forest.ts";
import { FormatError, ShapeError } from "../errors.ts";
import { detectGradientEdges } from "./gradient-edges.ts";
import { detectStructuredEdges, edgeBoxes, edgeNms, edgeOrientation, proposeBoxes, type RgbImage } from "./index.ts";

/** A grey disc on a dark ground. */
function discImage(width: number, height: number, cx: number, cy: number, radius: number): RgbImage {
  const data = new Uint8Array(3 * width * height).fill(30);
  for (let i = 0; i < width * height; i++) {
    if (Math.hypot((i % width) - cx, Math.floor(i / width) - cy) < radius) data.fill(200, 3 * i, 3 * i + 3);
  }
  return { data, width, height };
}

test("the best box of a photo of one disc is the disc's", async () => {
  const [best] = await proposeBoxes(discImage(160, 120, 90, 60, 30));
  const { x, y, width, height } = best!;
  const shared = Math.min(x + width, 120) - Math.max(x, 60);
  const sharedHeight = Math.min(y + height, 90) - Math.max(y, 30);
  const iou = (shared * sharedHeight) / (width * height + 3600 - shared * sharedHeight);
  expect(iou).toBeGreaterThan(0.8);
});

test("the detector is a function that may answer later, and options of edge boxes reach them", async () => {
  const image = discImage(100, 80, 50, 40, 25);
  const edges = detectGradientEdges(image, { sigma: 2 });
  const orientation = edgeOrientation(edges);
  const expected = edgeBoxes(edgeNms(edges, orientation), orientation, { maxBoxes: 7, beta: 0.9 });
  const boxes = await proposeBoxes(image, { detector: async () => edges, maxBoxes: 7, beta: 0.9 });
  expect(boxes).toEqual(expected);
  expect(boxes).toHaveLength(7);
});

test("an edge map of another size, or with NaN, is refused", async () => {
  const image = discImage(60, 50, 30, 25, 15);
  const narrow = { data: new Float32Array(50 * 50), width: 50, height: 50 };
  await expect(proposeBoxes(image, { detector: () => narrow })).rejects.toThrow(
    new ShapeError("proposeBoxes: expected an edge map of 60 x 50 as the photo, got 50 x 50 from the detector."),
  );
  const broken = { data: new Float32Array(3000).fill(Number.NaN, 61, 62), width: 60, height: 50 };
  await expect(proposeBoxes(image, { detector: () => broken })).rejects.toThrow(FormatError);
});

test("photos seen before change nothing: large, small, narrow, large again", async () => {
  const forest = syntheticForest(3, 4, 6);
  const photos = [discImage(110, 70, 50, 35, 20), discImage(33, 31, 15, 14, 9), discImage(130, 18, 40, 9, 8)];
  for (const detector of [detectGradientEdges, (image: RgbImage) => detectStructuredEdges(image, forest)]) {
    const options = { detector, minBoxArea: 200, maxBoxes: 50 };
    const first = await Promise.all(photos.map((photo) => proposeBoxes(photo, options)));
    expect(first[0]?.length).toBeGreaterThan(10);
    const [again, ...others] = [photos[0]!, ...photos.toReversed()];
    expect(await proposeBoxes(again, options)).toEqual(first[0]);
    for (const [i, photo] of others.entries()) expect(await proposeBoxes(photo, options)).toEqual(first.at(-1 - i));
  }
});

test("constant photos and a single pixel give no box", async () => {
  for (const [width, height] of [
    [80, 60],
    [1, 1],
  ] as const) {
    expect(await proposeBoxes({ data: new Uint8Array(3 * width * height).fill(99), width, height })).toEqual([]);
  }
});
