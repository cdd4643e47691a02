/** Which part of a photo a training sample shows, and how: drawn once, then applied to photo and labels alike. */
import { OptionError } from "../errors.ts";
import { type Box, type ColorChange, type ColorJitter, drawColorChange, type Size } from "../image/index.ts";
import { type Random, randomFor } from "../tensor/index.ts";
import type { LabelledObject } from "./objects.ts";

export interface AugmentationOptions {
  /** Side of the square crop, px of the network's input. */
  readonly cropSize?: number;
  /**
   * How large the photo appears: its longer side in px of the network's input, drawn log-uniformly from [least, most]. It does
   * not depend on the size of the files. With it the crop is one of random size: it covers cropSize / longerSide of the photo.
   */
  readonly longerSide?: readonly [least: number, most: number];
  /** Width to height is changed by a factor drawn log-uniformly from [1 / aspect, aspect]; 1 keeps it. */
  readonly aspect?: number;
  /** Largest turn to either side, degrees, drawn evenly; 0 keeps photos upright. */
  readonly rotation?: number;
  /** Probability of the mirror image. */
  readonly flip?: number;
  /** Strengths of the changes of colour; all 0 keeps colours. */
  readonly color?: ColorJitter;
  /** Probability that the crop is centred on an object of the sample's class; else it lies anywhere. */
  readonly objectCentred?: number;
  /** How far the crop's centre may be from the object's, in shares of the object's box. */
  readonly objectJitter?: number;
  /** Objects with a smaller share of the photo are centred on only if their class has no larger one. */
  readonly minObjectShare?: number;
  /** The same in pixels of the photo; both have to be met. */
  readonly minObjectPixels?: number;
}

export const AUGMENTATION_DEFAULTS: Required<AugmentationOptions> = Object.freeze({
  cropSize: 128,
  longerSide: [135, 315],
  aspect: 1.2,
  rotation: 0,
  flip: 0.5,
  color: Object.freeze({ brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.03 }),
  objectCentred: 0.8,
  objectJitter: 0.25,
  minObjectShare: 0.005,
  minObjectPixels: 0,
} as const);

/** What one sample shows. */
export interface View {
  /** Cut out of the photo, px of the photo; leaves it only where the photo is too small. */
  readonly box: Box;
  /** Counter-clockwise turn about the centre of the box, degrees; before the mirror image. */
  readonly rotation: number;
  readonly flip: boolean;
  readonly color: ColorChange;
}

/**
 * Draws the view of sample `k`: a function of (seed, k) and of what is in the photo, alone. Place, turn, mirror and colour have
 * streams of their own, so that changing one option does not change the others' draws.
 *
 * @param photo - Height and width, px.
 * @param objects - The objects of the class to be shown; none gives a crop anywhere.
 */
export function drawView(
  seed: number,
  k: number,
  photo: Size,
  objects: readonly LabelledObject[],
  options: Required<AugmentationOptions>,
): View {
  return {
    box: drawBox(randomFor(seed, "crop", k), photo, objects, options),
    rotation: options.rotation * (2 * randomFor(seed, "rotation", k).uniform() - 1),
    flip: randomFor(seed, "flip", k).uniform() < options.flip,
    color: drawColorChange(randomFor(seed, "color", k), options.color),
  };
}

/**
 * Fills in the defaults.
 *
 * @throws {OptionError} if a value is outside its range.
 */
export function augmentationOptions(options: AugmentationOptions = {}): Required<AugmentationOptions> {
  const all = { ...AUGMENTATION_DEFAULTS, ...options };
  const { cropSize, longerSide, aspect, rotation, flip, objectCentred, objectJitter, color } = all;
  const { minObjectShare, minObjectPixels } = all;
  check("cropSize", "a whole number of at least 1", cropSize, Number.isInteger(cropSize) && cropSize >= 1);
  const [least, most] = longerSide;
  check(
    "longerSide",
    "1 <= least <= most",
    `[${least}, ${most}]`,
    least >= 1 && most >= least && Number.isFinite(most),
  );
  check("aspect", "at least 1", aspect, aspect >= 1 && Number.isFinite(aspect));
  check("rotation", "0 to 180 degrees", rotation, rotation >= 0 && rotation <= 180);
  check("minObjectPixels", "at least 0", minObjectPixels, minObjectPixels >= 0 && Number.isFinite(minObjectPixels));
  const shares = { flip, objectCentred, objectJitter, minObjectShare, ...color };
  for (const [name, value] of Object.entries(shares)) check(name, "0 to 1", value, value >= 0 && value <= 1);
  return all;
}

function check(name: string, rule: string, value: number | string, ok: boolean): void {
  if (!ok) throw new OptionError(`augmentationOptions: expected ${name} ${rule}, got ${value}.`);
}

/** Always the same number of draws, whatever is in the photo. */
function drawBox(
  random: Random,
  photo: Size,
  objects: readonly LabelledObject[],
  options: Required<AugmentationOptions>,
): Box {
  const [least, most] = options.longerSide;
  const longer = least * (most / least) ** random.uniform();
  const side = (options.cropSize * Math.max(photo.height, photo.width)) / longer;
  const stretch = options.aspect ** (random.uniform() - 0.5);
  const [width, height] = [side * stretch, side / stretch];
  const centred = random.uniform() < options.objectCentred;
  const [pick, alongX, alongY] = [random.uniform(), random.uniform(), random.uniform()];
  const target = centred ? pickObject(pick, photo, objects, options) : undefined;
  // Anywhere: between the ends, which also holds where the crop is larger than the photo.
  if (target === undefined)
    return { x: alongX * (photo.width - width), y: alongY * (photo.height - height), width, height };
  const jitter = 2 * options.objectJitter;
  const x = target.x + target.width * (0.5 + jitter * (alongX - 0.5)) - width / 2;
  const y = target.y + target.height * (0.5 + jitter * (alongY - 0.5)) - height / 2;
  return { x: keepInside(x, photo.width - width), y: keepInside(y, photo.height - height), width, height };
}

/** Moves a start so that the crop does not leave the photo, or the photo the crop. */
function keepInside(start: number, room: number): number {
  return Math.min(Math.max(start, Math.min(0, room)), Math.max(0, room));
}

function pickObject(
  pick: number,
  photo: Size,
  objects: readonly LabelledObject[],
  { minObjectShare, minObjectPixels }: Required<AugmentationOptions>,
): Box | undefined {
  const least = Math.max(minObjectShare * photo.height * photo.width, minObjectPixels);
  const large = objects.filter(({ pixels }) => pixels >= least);
  const largest = objects.reduce<LabelledObject | undefined>(
    (a, b) => (a !== undefined && a.pixels >= b.pixels ? a : b),
    undefined,
  );
  return (large[Math.floor(pick * large.length)] ?? largest)?.box;
}
