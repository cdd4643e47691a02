import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError } from "../errors.ts";
import { randomFor } from "../tensor/index.ts";
import { image } from "./image.ts";
import { decodePhoto, encodePhoto, readPhoto, readPhotoSize } from "./node.ts";

/** 40x20 (width x height): left half red, right half blue. */
const picture = image(
  Uint8Array.from({ length: 20 * 40 * 3 }, (_, i) => (i % 3 === ((i / 3) % 40 < 20 ? 0 : 2) ? 200 : 30)),
  20,
  40,
);
const raw = () => sharp(picture.data, { raw: { width: 40, height: 20, channels: 3 } });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "photos-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("decodePhoto", () => {
  it("reads back what encodePhoto wrote: PNG exactly, JPEG nearly", async () => {
    expect(await decodePhoto(await encodePhoto(picture, "png"), "a.png")).toEqual(picture);
    const jpeg = await decodePhoto(await encodePhoto(picture, "jpeg"), "a.jpg");
    expect([jpeg.height, jpeg.width]).toEqual([20, 40]);
    expect(Math.abs((jpeg.data[0] ?? 0) - 200)).toBeLessThan(6);
  });

  it("turns photos upright by their EXIF orientation", async () => {
    const turned = await raw().withMetadata({ orientation: 6 }).png().toBuffer(); // turn clockwise by 90 degrees
    const upright = await decodePhoto(turned, "a.png");
    expect([upright.height, upright.width]).toEqual([40, 20]);
    expect([...upright.data.subarray(0, 3)]).toEqual([200, 30, 30]); // what was left is now on top
    expect([...upright.data.subarray(-3)]).toEqual([30, 30, 200]);
    expect(await readPhotoSize(turned, "a.png")).toMatchObject({ height: 40, width: 20 });
  });

  it("makes RGB of grey, grey with alpha, 16 bits and CMYK", async () => {
    const grey = await raw().toColourspace("b-w").png().toBuffer();
    const [r, g, b] = (await decodePhoto(grey, "grey.png")).data;
    expect([g, b]).toEqual([r, r]);
    const deep = await decodePhoto(await raw().toColourspace("rgb16").png().toBuffer(), "deep.png");
    expect(Math.abs((deep.data[0] ?? 0) - 200)).toBeLessThanOrEqual(1);
    const cmyk = await raw().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(cmyk).metadata()).channels).toBe(4);
    const back = await decodePhoto(cmyk, "cmyk.jpg");
    expect(back.data.length).toBe(picture.data.length);
    expect(back.data[0] ?? 0).toBeGreaterThan(140); // red stays red
    expect(back.data[2] ?? 255).toBeLessThan(90);
    const clear = await raw().ensureAlpha(0).png().toBuffer();
    expect([...(await decodePhoto(clear, "clear.png")).data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it("refuses too many pixels by the header", async () => {
    const bytes = await encodePhoto(picture, "png");
    await expect(decodePhoto(bytes, "big.png", { maxPixels: 799 })).rejects.toThrow(
      /big\.png: expected at most 799 pixels, got 40x20 = 800/,
    );
    // A header alone that claims 20,000 x 20,000 pixels: refused without looking at the (missing) rest.
    const huge = Buffer.from(bytes);
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    const error: unknown = await decodePhoto(huge, "huge.png").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FormatError);
  });

  it("refuses what is no photo, SVG included, with the name and the size", async () => {
    for (const text of ["", "hello", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "%PDF-1.4"]) {
      await expect(decodePhoto(Buffer.from(text), "x.jpg")).rejects.toThrow(
        new RegExp(`x\\.jpg: expected a photo .*got ${text === "" ? "an empty file" : `${text.length} bytes`}`),
      );
    }
    await expect(decodePhoto(Buffer.from("hello"), "x.jpg")).rejects.toThrow(FormatError);
  });

  it("refuses truncated files", async () => {
    for (const bytes of [
      await encodePhoto(picture, "jpeg"),
      await encodePhoto(picture, "png"),
      await raw().webp().toBuffer(),
    ]) {
      for (const share of [0.05, 0.5, 0.9]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * share));
        await expect(decodePhoto(cut, "cut")).rejects.toThrow(FormatError);
      }
    }
  });

  it("answers any damage with a photo or a FormatError of one line", async () => {
    const files = [
      await encodePhoto(picture, "jpeg"),
      await encodePhoto(picture, "png"),
      await raw().webp().toBuffer(),
      await raw().gif().toBuffer(),
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(), async (file, seed) => {
        const random = randomFor(seed);
        const bytes = Uint8Array.from(file);
        for (let i = 0; i < 5; i++) bytes[random.integer(0, bytes.length)] = random.integer(0, 256);
        const answer: unknown = await decodePhoto(bytes, "fuzz", { maxPixels: 1_000_000 }).catch(
          (error: unknown) => error,
        );
        if (answer instanceof Error) {
          expect(answer).toBeInstanceOf(FormatError);
          expect(answer.message).toMatch(/^decodePhoto: fuzz: expected [^\n]*$/);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("readPhoto", () => {
  it("reads a file, and names one that is not there", async () => {
    const path = join(folder, "a.png");
    await writeFile(path, await encodePhoto(picture, "png"));
    expect(await readPhoto(path)).toEqual(picture);
    await expect(readPhoto(join(folder, "none.jpg"))).rejects.toThrow(FormatError);
    await expect(readPhoto(join(folder, "none.jpg"))).rejects.toThrow(/readable file, got ENOENT.*none\.jpg/);
    await expect(readPhoto(folder)).rejects.toThrow(/EISDIR/);
  });
});
