/** Brings a photo to the size at which a model is evaluated. */
import { OptionError } from "../errors.ts";
import { type Image, resizeImage, type Size } from "../image/index.ts";

/** The size of a photo whose longer side becomes `longerSide` px; no side is less than 1. */
export function fittedSize({ height, width }: Size, longerSide: number): Size {
  if (!Number.isInteger(longerSide) || longerSide < 1) {
    throw new OptionError(`fittedSize: expected a longer side of at least 1 px, got ${longerSide}.`);
  }
  const scale = longerSide / Math.max(height, width);
  return { height: Math.max(1, Math.round(height * scale)), width: Math.max(1, Math.round(width * scale)) };
}

export function fitPhoto(photo: Image, longerSide: number): Image {
  return resizeImage(photo, fittedSize(photo, longerSide));
}

/** Whether a map could be of the photo: it has its size, or is smaller or larger with the same shape, but for a pixel of rounding. */
export function hasShapeOf(map: Size, photo: Size): boolean {
  const scale = Math.max(map.height, map.width) / Math.max(photo.height, photo.width);
  return Math.abs(map.height - photo.height * scale) <= 1 && Math.abs(map.width - photo.width * scale) <= 1;
}
