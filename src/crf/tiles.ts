/** The mean field of a picture too large for one piece: overlapping tiles, each with the classes that it shows. */
import { OptionError, ShapeError } from "../errors.ts";
import type { CrfParameters, FeatureKernel } from "./energy.ts";
import { appearanceFeatures, smoothnessFeatures } from "./features.ts";
import { checkUnary, checkUnaryShape, type RgbImage, type Unary } from "./input.ts";
import { meanField } from "./mean-field.ts";
import { checkOptions, type MeanFieldOptions } from "./options.ts";

/** A unary that is made piece by piece, such as scores that are enlarged as they are needed. */
export interface UnarySource {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  /** Energies of a part, float32, shape `[classes, part.height, part.width]`. */
  readonly read: (part: Part) => Float32Array;
}

/** A rectangle of pixels. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Options of {@link meanFieldTiled}. */
export interface TiledOptions extends Omit<MeanFieldOptions, "featureKernels" | "compatibility" | "onProgress"> {
  /** Side of a tile without its overlap, px. */
  readonly tileSize?: number;
  /** What a tile sees beyond its own pixels, px; left out: {@link defaultOverlap}. */
  readonly overlap?: number;
  /** Classes whose probability, averaged over a tile, is lower than this are left out there, [0, 1); 0 keeps all. */
  readonly minShare?: number;
  readonly onProgress?: (progress: TiledProgress) => void;
}

/** State of a running {@link meanFieldTiled}. */
export interface TiledProgress {
  /** Tiles done. */
  readonly tile: number;
  readonly tiles: number;
}

export const TILED_DEFAULTS = Object.freeze({ tileSize: 1024, minShare: 0 });

/** Twice the largest standard deviation in space of a kernel that is switched on, at least 32 px. */
export function defaultOverlap({ smoothness, appearance }: Pick<CrfParameters, "smoothness" | "appearance">): number {
  const stds = [smoothness, appearance].flatMap((kernel) => (kernel && kernel.weight > 0 ? kernel.spatialStd : []));
  return Math.max(32, Math.ceil(2 * Math.max(0, ...stds)));
}

/**
 * Refines a unary tile by tile. Memory is that of one tile with its overlap; the labels differ from those of `meanField` where a
 * kernel reaches further than the overlap, or a class is dropped.
 *
 * @param source - A unary, or a source of one that is never whole in memory.
 * @param image - RGB, uint8, shape `[height, width, 3]`, same height and width.
 * @returns Labels, uint8, shape `[height, width]`.
 * @throws {ShapeError} if the image and the unary differ in size, or a piece has another length than its part.
 * @throws {OptionError} if an option is out of range, or a unary is not finite.
 */
export async function meanFieldTiled(
  source: Unary | UnarySource,
  image: RgbImage,
  options: TiledOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { classes, height, width } = source;
  const { tileSize, minShare } = { ...TILED_DEFAULTS, ...options };
  const overlap = options.overlap ?? defaultOverlap(options);
  const { onProgress, ...rest } = options;
  const { smoothness: _, appearance: __, ...shared } = rest;
  checkOptions("meanFieldTiled", rest);
  checkTiles(source, image, { tileSize, overlap, minShare });
  // Where a tile sees all of the picture whichever it is, one does the work of them all.
  const cores = tilesOf(source, overlap >= Math.max(height, width) ? overlap : tileSize);
  const labels = new Uint8Array(height * width);
  for (const [done, core] of cores.entries()) {
    const part = enlarge(core, overlap, source);
    const piece = { classes, height: part.height, width: part.width, data: readPart(source, part) };
    checkUnary("meanFieldTiled", piece, part);
    const { unary, kept } = keepClasses(piece, minShare);
    const tile = cropImage(image, part);
    const result = await meanField(unary, tile, { ...shared, featureKernels: placedKernels(tile, part, options) });
    for (let y = 0; y < core.height; y++) {
      for (let x = 0; x < core.width; x++) {
        const label = result.labels[(core.y - part.y + y) * part.width + core.x - part.x + x]!;
        labels[(core.y + y) * width + core.x + x] = kept[label]!;
      }
    }
    onProgress?.({ tile: done + 1, tiles: cores.length });
  }
  return labels;
}

function checkTiles(
  source: Unary | UnarySource,
  image: RgbImage,
  { tileSize, overlap, minShare }: { tileSize: number; overlap: number; minShare: number },
): void {
  checkUnaryShape("meanFieldTiled", source);
  const { height, width } = source;
  if (image.height !== height || image.width !== width) {
    throw new ShapeError(
      `meanFieldTiled: expected an image of the unary's size, ${height}x${width} px (height x width), got ${image.height}x${image.width}.`,
    );
  }
  if (!(Number.isInteger(tileSize) && tileSize >= 1)) {
    throw new OptionError(`meanFieldTiled: expected tileSize to be an integer of at least 1 px, got ${tileSize}.`);
  }
  if (!(Number.isInteger(overlap) && overlap >= 0)) {
    throw new OptionError(`meanFieldTiled: expected overlap to be an integer of at least 0 px, got ${overlap}.`);
  }
  if (!(minShare >= 0 && minShare < 1)) {
    throw new OptionError(`meanFieldTiled: expected minShare to be in [0, 1), got ${minShare}.`);
  }
}

/** The picture cut into squares, smaller ones at its right and lower border. */
function tilesOf({ height, width }: Pick<RgbImage, "height" | "width">, size: number): Part[] {
  const tiles: Part[] = [];
  for (let y = 0; y < height; y += size) {
    for (let x = 0; x < width; x += size) {
      tiles.push({ x, y, width: Math.min(size, width - x), height: Math.min(size, height - y) });
    }
  }
  return tiles;
}

function enlarge({ x, y, width, height }: Part, overlap: number, limit: Pick<RgbImage, "height" | "width">): Part {
  const [left, top] = [Math.max(0, x - overlap), Math.max(0, y - overlap)];
  return {
    x: left,
    y: top,
    width: Math.min(limit.width, x + width + overlap) - left,
    height: Math.min(limit.height, y + height + overlap) - top,
  };
}

function readPart(source: Unary | UnarySource, part: Part): Float32Array {
  if ("read" in source) return source.read(part);
  const { classes, height, width, data } = source;
  const piece = new Float32Array(classes * part.height * part.width);
  for (let c = 0; c < classes; c++) {
    for (let y = 0; y < part.height; y++) {
      const row = (c * height + part.y + y) * width + part.x;
      piece.set(data.subarray(row, row + part.width), (c * part.height + y) * part.width);
    }
  }
  return piece;
}

function cropImage({ width, data }: RgbImage, part: Part): RgbImage {
  const piece = new Uint8Array(part.height * part.width * 3);
  for (let y = 0; y < part.height; y++) {
    const row = ((part.y + y) * width + part.x) * 3;
    piece.set(data.subarray(row, row + part.width * 3), y * part.width * 3);
  }
  return { height: part.height, width: part.width, data: piece };
}

/** The classes that a tile shows, in their order, with their energies; always the most probable one. */
function keepClasses(piece: Unary, minShare: number): { unary: Unary; kept: number[] } {
  const { classes, height, width, data } = piece;
  const pixels = height * width;
  const all = Array.from({ length: classes }, (_, c) => c);
  const share = all.map((c) => {
    let sum = 0;
    if (minShare > 0) for (let i = c * pixels; i < (c + 1) * pixels; i++) sum += Math.exp(-data[i]!);
    return sum / pixels;
  });
  const largest = Math.max(...share);
  const kept = all.filter((c) => (share[c] ?? 0) >= Math.min(minShare, largest));
  if (kept.length === classes) return { unary: piece, kept };
  const energies = new Float32Array(kept.length * pixels);
  for (const [place, c] of kept.entries()) energies.set(data.subarray(c * pixels, (c + 1) * pixels), place * pixels);
  return { unary: { classes: kept.length, height, width, data: energies }, kept };
}

/** The kernels with positions in the whole picture, so that every tile has the same lattice as the whole. */
function placedKernels(tile: RgbImage, origin: Part, { smoothness, appearance }: TiledOptions): FeatureKernel[] {
  const kernels: FeatureKernel[] = [];
  if (smoothness !== undefined) {
    const features = smoothnessFeatures(tile.height, tile.width, smoothness, origin);
    kernels.push({ features, dimension: 2, weight: smoothness.weight });
  }
  if (appearance !== undefined) {
    kernels.push({ features: appearanceFeatures(tile, appearance, origin), dimension: 5, weight: appearance.weight });
  }
  return kernels;
}
