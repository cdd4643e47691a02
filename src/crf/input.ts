/** The arrays that a CRF works on, and the checks of them. */
import { OptionError, ShapeError } from "../errors.ts";
import type { CrfEnergy } from "./energy.ts";

/** Energies -log p: what each pixel's own evidence says. */
export interface Unary {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  /** Float32, shape `[classes, height, width]`, nats, finite. */
  readonly data: Float32Array;
}

/** A colour picture. */
export interface RgbImage {
  readonly height: number;
  readonly width: number;
  /** Uint8, shape `[height, width, 3]`, 0-255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Label maps are uint8, and 255 is void. */
export const MAX_CLASSES = 255;

/** Checks the unary alone; `origin` is where it lies in a larger picture, px, for errors. */
export function checkUnary(
  caller: string,
  { classes, height, width, data }: Unary,
  origin: { readonly x: number; readonly y: number } = { x: 0, y: 0 },
): void {
  checkUnaryShape(caller, { classes, height, width });
  if (data.length !== classes * height * width) {
    throw new ShapeError(
      `${caller}: expected ${classes * height * width} values for the shape [${classes}, ${height}, ${width}], got ${data.length}.`,
    );
  }
  const bad = firstNotFinite(data);
  if (bad >= 0) {
    const pixel = bad % (height * width);
    throw new OptionError(
      `${caller}: expected finite unaries, got ${data[bad]} for class ${Math.floor(bad / (height * width))} at x ${origin.x + (pixel % width)}, y ${origin.y + Math.floor(pixel / width)}. ` +
        "Check what it was made from; unaryFromProbabilities bounds the logarithm.",
    );
  }
}

/** Checks the number of classes and the size. */
export function checkUnaryShape(caller: string, { classes, height, width }: Omit<Unary, "data">): void {
  if (!(Number.isInteger(classes) && classes >= 1 && classes <= MAX_CLASSES)) {
    throw new OptionError(
      `${caller}: expected 1 to ${MAX_CLASSES} classes (labels are uint8 and 255 is void), got ${classes}. Leave out classes that the picture does not show.`,
    );
  }
  if (!(Number.isInteger(height) && height >= 1 && Number.isInteger(width) && width >= 1)) {
    throw new ShapeError(`${caller}: expected a picture of at least 1x1 px (height x width), got ${height}x${width}.`);
  }
}

/** Checks the picture, the features and the compatibility matrix against the unary. */
export function checkCompanions(caller: string, unary: Unary, image: RgbImage, options: CrfEnergy): void {
  const { classes, height, width } = unary;
  if (image.height !== height || image.width !== width) {
    throw new ShapeError(
      `${caller}: expected an image of the unary's size, ${height}x${width} px (height x width), got ${image.height}x${image.width}. Resize one of them.`,
    );
  }
  if (image.data.length !== height * width * 3) {
    throw new ShapeError(
      `${caller}: expected ${height * width * 3} bytes for an RGB image of ${height}x${width} px (height x width), got ${image.data.length}.`,
    );
  }
  for (const { features, dimension } of options.featureKernels ?? []) {
    if (!(Number.isInteger(dimension) && dimension >= 1 && dimension <= 6)) {
      throw new OptionError(`${caller}: expected 1 to 6 features per pixel, got ${dimension}.`);
    }
    if (features.length !== height * width * dimension) {
      throw new ShapeError(
        `${caller}: expected ${height * width * dimension} features for the shape [${height * width}, ${dimension}], got ${features.length}.`,
      );
    }
  }
  if (options.compatibility !== undefined) checkCompatibility(caller, options.compatibility, classes);
}

function checkCompatibility(caller: string, matrix: Float32Array, classes: number): void {
  if (matrix.length !== classes * classes) {
    throw new ShapeError(
      `${caller}: expected ${classes * classes} compatibilities for the shape [${classes}, ${classes}], got ${matrix.length}.`,
    );
  }
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column <= row; column++) {
      const [value, mirrored] = [matrix[row * classes + column], matrix[column * classes + row]];
      if (!Number.isFinite(value) || value !== mirrored) {
        throw new OptionError(
          `${caller}: expected a finite symmetric compatibility matrix, got ${value} at [${row}, ${column}] and ${mirrored} at [${column}, ${row}].`,
        );
      }
    }
  }
}

/** The index of the first NaN or infinity, or -1. */
function firstNotFinite(data: Float32Array): number {
  // A finite number times 0 is 0; the sum of millions of them is one pass without a branch.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
