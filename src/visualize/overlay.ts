/** Label maps made visible: in the colours of a palette, and laid over the photo. */
import { OptionError, ShapeError } from "../errors.ts";
import { type Image, image } from "../image/index.ts";
import { type LabelMap, type Palette, VOC_PALETTE, VOID } from "../labels/index.ts";

export interface OverlayOptions {
  readonly palette?: Palette;
  /** How much the colour covers the photo, 0 to 1. */
  readonly opacity?: number;
}

export const OVERLAY_DEFAULTS: Required<OverlayOptions> = Object.freeze({ palette: VOC_PALETTE, opacity: 0.55 });

/** The label map as a picture: every pixel in the colour of its class. */
export function colorize(labels: LabelMap, palette: Palette = VOC_PALETTE): Image {
  const data = new Uint8Array(labels.data.length * 3);
  for (let i = 0; i < labels.data.length; i++) data.set(palette[labels.data[i]!]!, 3 * i);
  return image(data, labels.height, labels.width);
}

/**
 * Lays the classes over the photo: covered in their colour, full colour along their edges. Background and void show the photo.
 *
 * @param photo - RGB, uint8, shape `[height, width, 3]`.
 * @param labels - Label map of the photo's size.
 * @param options - {@link OverlayOptions}; defaults {@link OVERLAY_DEFAULTS}.
 * @throws {ShapeError} if the sizes differ. {@link OptionError} if the opacity is not 0 to 1.
 */
export function overlay(photo: Image, labels: LabelMap, options: OverlayOptions = {}): Image {
  const { palette, opacity } = { ...OVERLAY_DEFAULTS, ...options };
  const { height, width } = photo;
  if (labels.height !== height || labels.width !== width) {
    throw new ShapeError(
      `overlay: expected a label map of the photo's size ${height}x${width} (height x width), ` +
        `got ${labels.height}x${labels.width}.`,
    );
  }
  if (!(opacity >= 0 && opacity <= 1)) throw new OptionError(`overlay: expected an opacity 0 to 1, got ${opacity}.`);
  const data = Uint8Array.from(photo.data);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const label = labels.data[at]!;
      if (label === 0 || label === VOID) continue;
      const color = palette[label]!;
      const cover = isEdge(labels, x, y) ? 1 : opacity;
      for (let c = 0; c < 3; c++)
        data[3 * at + c] = Math.round(cover * color[c]! + (1 - cover) * photo.data[3 * at + c]!);
    }
  }
  return image(data, height, width);
}

/** True if one of the four neighbours has another label; the photo's border is no edge. */
function isEdge({ data, height, width }: LabelMap, x: number, y: number): boolean {
  const at = y * width + x;
  const label = data[at];
  return (
    (x > 0 && data[at - 1] !== label) ||
    (x < width - 1 && data[at + 1] !== label) ||
    (y > 0 && data[at - width] !== label) ||
    (y < height - 1 && data[at + width] !== label)
  );
}
