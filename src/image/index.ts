export { type ColorChange, type ColorJitter, changeColor, drawColorChange } from "./color.ts";
export { flipImage } from "./flip.ts";
export { type Box, type Image, image, type Rgb, type Size, solidImage, wholeBox } from "./image.ts";
export { CAFFE_PREPROCESSING, imageFromInput, meanColor, networkInput, type Preprocessing } from "./network-input.ts";
export { decodePng, encodeIndexedPng, PNG_DEFAULTS, type Png, type PngLimits } from "./png.ts";
export { isPng, pngPalette, pngStorage } from "./png-chunks.ts";
export {
  checkCrop,
  cropImage,
  RESIZE_DEFAULTS,
  type ResizeOptions,
  resizedScoreRows,
  resizeImage,
  resizeScores,
} from "./resize.ts";
export { type TurnedGrid, turnedCrop, turnedGrid } from "./turned-crop.ts";
