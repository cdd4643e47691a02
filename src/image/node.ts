/** Photos in files, on Node: sharp decodes and encodes. It is loaded with the first photo, not with the library. */
import { readFile } from "node:fs/promises";
import { BackendError, FormatError } from "../errors.ts";
import { type Image, image, type Size } from "./image.ts";

export interface PhotoLimits {
  /** Photos with more pixels are refused by their header, before they are decoded. */
  readonly maxPixels?: number;
}

export const PHOTO_DEFAULTS: Required<PhotoLimits> = Object.freeze({ maxPixels: 100_000_000 });

/**
 * Reads a photo: JPEG, PNG, WebP, GIF (first frame), TIFF or AVIF.
 *
 * @throws {FormatError} as {@link decodePhoto}, and if the file cannot be read.
 */
export async function readPhoto(path: string, limits: PhotoLimits = {}): Promise<Image> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new FormatError(`readPhoto: expected a readable file, got ${reasonOf(error)}.`, { cause: error });
  }
  return decodePhoto(bytes, path, limits);
}

/**
 * Reads a photo of many, of which some may be bad.
 *
 * @returns The photo, or why it cannot be read.
 */
export async function readPhotoOrReason(path: string, { maxPixels }: PhotoLimits): Promise<Image | string> {
  try {
    return await readPhoto(path, maxPixels === undefined ? {} : { maxPixels });
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

/**
 * Decodes a photo to upright RGB: its EXIF orientation is applied, CMYK and grey become RGB, transparent parts become white.
 *
 * @param bytes - The file.
 * @param name - Named in errors, e.g. the path.
 * @throws {FormatError} if it is not a photo, is damaged or truncated, or has more pixels than the limit.
 * @throws {BackendError} if sharp is not installed.
 */
export async function decodePhoto(bytes: Uint8Array, name: string, limits: PhotoLimits = {}): Promise<Image> {
  const { maxPixels } = { ...PHOTO_DEFAULTS, ...limits };
  const sharp = await loadSharp();
  requirePhoto(bytes, name);
  try {
    const { data, info } = await sharp(bytes, { failOn: "error", limitInputPixels: maxPixels })
      .autoOrient()
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const samples = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return image(info.channels === 3 ? samples : greyToRgb(samples, info.channels), info.height, info.width);
  } catch (error) {
    const { height, width } = await readPhotoSize(bytes, name);
    if (height * width <= maxPixels) throw damaged(name, error);
    throw new FormatError(
      `decodePhoto: ${name}: expected at most ${maxPixels} pixels, got ${width}x${height} = ${width * height}. ` +
        "Make it smaller, or raise the limit (maxPixels).",
      { cause: error },
    );
  }
}

/** What a photo's header says; the size is upright. */
export interface PhotoHeader extends Size {
  /** The EXIF orientation: 1 if the pixels are stored upright, 2 to 8 if they are mirrored or turned. */
  readonly orientation: number;
}

/**
 * The size of a photo from its header, upright (EXIF orientation applied), without decoding it.
 *
 * @throws {FormatError} if it is not a photo.
 */
export async function readPhotoSize(bytes: Uint8Array, name: string): Promise<PhotoHeader> {
  const sharp = await loadSharp();
  requirePhoto(bytes, name);
  try {
    const { autoOrient, orientation = 1 } = await sharp(bytes, { failOn: "none", limitInputPixels: false }).metadata();
    return { height: autoOrient.height, width: autoOrient.width, orientation };
  } catch (error) {
    throw damaged(name, error);
  }
}

/** Encodes a picture as PNG, or as JPEG of quality 90. */
export async function encodePhoto(source: Image, format: "png" | "jpeg"): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { height, width } = source;
  const picture = sharp(source.data, { raw: { height, width, channels: 3 } });
  return format === "png" ? picture.png().toBuffer() : picture.jpeg({ quality: 90 }).toBuffer();
}

/** What a photo's first 16 bytes look like, one byte a character; formats that hold programs or links (SVG, PDF) are not here. */
const SIGNATURES: readonly RegExp[] = [
  /^\xff\xd8\xff/, // JPEG
  /^\x89PNG\r\n/,
  /^RIFF.{4}WEBP/s,
  /^GIF8/,
  /^(II\*\0|MM\0\*)/, // TIFF
  /^.{4}ftypavi[fs]/s,
];

function requirePhoto(bytes: Uint8Array, name: string): void {
  if (!SIGNATURES.some((signature) => signature.test(String.fromCharCode(...bytes.subarray(0, 16))))) {
    throw new FormatError(
      `decodePhoto: ${name}: expected a photo (JPEG, PNG, WebP, GIF, TIFF or AVIF), got ${bytes.length === 0 ? "an empty file" : `${bytes.length} bytes of something else`}. Copy or export it again.`,
    );
  }
}

type Sharp = typeof import("sharp")["default"];
let loading: Promise<Sharp> | undefined;

async function loadSharp(): Promise<Sharp> {
  loading ??= import("sharp").then((module) => module.default);
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    const [reason] = reasonOf(error).trim().split("\n");
    throw new BackendError(`decodePhoto: expected the package sharp, got "${reason}". Install it: npm install sharp`, {
      cause: error,
    });
  }
}

function greyToRgb(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return rgb;
}

function damaged(name: string, error: unknown): FormatError {
  const [reason] = reasonOf(error).trim().split("\n");
  return new FormatError(
    `decodePhoto: ${name}: expected a whole photo, got one that cannot be decoded (${reason}). Copy or export it again.`,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
