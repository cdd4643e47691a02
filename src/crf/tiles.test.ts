import { describe, expect, it } from "vitest";
import { OptionError, ShapeError } from "../errors.ts";
import { type CrfParameters, defaultOverlap, meanField, meanFieldTiled, type RgbImage, type Unary } from "./index.ts";

const OPTIONS: CrfParameters = {
  smoothness: { spatialStd: 2, weight: 2 },
  appearance: { spatialStd: 6, colorStd: 15, weight: 4 },
  normalization: "symmetric",
  iterations: 4,
};

/** Two discs on a gradient; energies that mistake one pixel in five. Class 3 occurs nowhere. */
function scene(height: number, width: number): { unary: Unary; image: RgbImage } {
  const image = { height, width, data: new Uint8Array(height * width * 3) };
  const data = new Float32Array(4 * height * width).fill(7);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = (x - 20) ** 2 + (y - 15) ** 2 < 100 ? 1 : (x - 50) ** 2 + (y - 30) ** 2 < 200 ? 2 : 0;
      const noise = (x * 7919 + y * 104729) % 15;
      image.data.set([disc * 90 + noise, 60 + x, 200 - disc * 50 - y], (y * width + x) * 3);
      const label = noise % 5 === 0 ? (x + y) % 3 : disc;
      data[(label * height + y) * width + x] = 0.4;
    }
  }
  return { unary: { classes: 4, height, width, data }, image };
}

describe("meanFieldTiled", () => {
  const { unary, image } = scene(48, 70);

  it("is meanField where one tile holds the picture", async () => {
    expect(await meanFieldTiled(unary, image, OPTIONS)).toEqual((await meanField(unary, image, OPTIONS)).labels);
  });

  it("differs in less than 0.5 % of the labels in tiles, with the classes that each shows", async () => {
    const { labels } = await meanField(unary, image, OPTIONS);
    const progress: string[] = [];
    const onProgress = ({ tile, tiles }: { tile: number; tiles: number }): unknown => progress.push(`${tile}/${tiles}`);
    const tiled = await meanFieldTiled(unary, image, {
      ...OPTIONS,
      tileSize: 30,
      overlap: 14,
      minShare: 0.01,
      onProgress,
    });
    expect(progress).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
    expect(tiled.filter((label, i) => label !== labels[i]).length).toBeLessThan(0.005 * labels.length);
    expect(new Set(tiled)).toEqual(new Set([0, 1, 2]));
  });

  it("needs less memory than the whole, and takes a unary piece by piece", async () => {
    const { bytes, labels } = await meanField(unary, image, OPTIONS);
    const memoryLimit = Math.floor(bytes / 2);
    await expect(meanField(unary, image, { ...OPTIONS, memoryLimit })).rejects.toThrow(/meanFieldTiled/);
    const parts: number[] = [];
    const source = {
      ...unary,
      read: (part: { x: number; y: number; width: number; height: number }): Float32Array => {
        parts.push(part.width * part.height);
        const { classes, height, width, data } = unary;
        return Float32Array.from({ length: classes * part.height * part.width }, (_, i) => {
          const [c, at] = [Math.floor(i / (part.height * part.width)), i % (part.height * part.width)];
          return (
            data[(c * height + part.y + Math.floor(at / part.width)) * width + part.x + (at % part.width)] ?? Number.NaN
          );
        });
      },
    };
    const tiled = await meanFieldTiled(source, image, { ...OPTIONS, tileSize: 16, overlap: 12, memoryLimit });
    expect(Math.max(...parts)).toBe(40 * 40);
    expect(tiled.filter((label, i) => label !== labels[i]).length).toBeLessThan(0.01 * labels.length);
  });

  it("does the work once where every tile would see all of the picture", async () => {
    const tiles: number[] = [];
    const onProgress = (progress: { tiles: number }): unknown => tiles.push(progress.tiles);
    const tiled = await meanFieldTiled(unary, image, { ...OPTIONS, tileSize: 16, overlap: 70, onProgress });
    expect(tiles).toEqual([1]);
    expect(tiled).toEqual((await meanField(unary, image, OPTIONS)).labels);
  });

  it("refuses energies that are not finite, also of classes that it would leave out, and says where", async () => {
    const data = unary.data.slice();
    data[(3 * 48 + 40) * 70 + 33] = Number.POSITIVE_INFINITY;
    const run = meanFieldTiled({ ...unary, data }, image, { ...OPTIONS, tileSize: 30, overlap: 2, minShare: 0.01 });
    await expect(run).rejects.toThrow(/finite unaries, got Infinity for class 3 at x 33, y 40/);
  });

  it("refuses more classes than labels can name, and pieces of another length", async () => {
    const many = { classes: 65_536, height: 48, width: 70, read: () => new Float32Array(0) };
    await expect(meanFieldTiled(many, image, OPTIONS)).rejects.toThrow(/1 to 255 classes .*got 65536/);
    const short = meanFieldTiled({ ...many, classes: 2 }, image, OPTIONS);
    await expect(short).rejects.toThrow(/expected 6720 values for the shape \[2, 48, 70\], got 0/);
  });

  it("refuses what does not fit", async () => {
    await expect(meanFieldTiled(unary, { ...image, width: 69 }, OPTIONS)).rejects.toThrow(ShapeError);
    await expect(meanFieldTiled(unary, image, { ...OPTIONS, tileSize: 0 })).rejects.toThrow(/tileSize .*got 0/);
    await expect(meanFieldTiled(unary, image, { ...OPTIONS, overlap: -1 })).rejects.toThrow(/overlap .*got -1/);
    await expect(meanFieldTiled(unary, image, { ...OPTIONS, minShare: 1 })).rejects.toThrow(OptionError);
  });

  it("overlaps by twice the widest kernel", () => {
    expect(defaultOverlap(OPTIONS)).toBe(32);
    expect(defaultOverlap({ appearance: { spatialStd: [80, 30], colorStd: 13, weight: 1 } })).toBe(160);
    expect(defaultOverlap({ appearance: { spatialStd: 80, colorStd: 13, weight: 0 } })).toBe(32);
    expect(defaultOverlap({})).toBe(32);
  });
});
