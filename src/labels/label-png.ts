/** Label maps as PNG files: indexed, grey or RGB in, indexed out. */
import { FormatError } from "../errors.ts";
import { decodePng, encodeIndexedPng, isPng, type PngLimits } from "../image/index.ts";
import { labelsFromColors, labelsFromIndexColors } from "./color-table.ts";
import { type LabelMap, labelMap } from "./label-map.ts";
import { type Palette, VOC_PALETTE } from "./palette.ts";

export interface LabelPngOptions extends PngLimits {
  /** The colour of each label value, for RGB files. */
  readonly palette?: Palette;
  /**
   * What counts in an indexed file: the `index`, as in VOC, or the `color` behind it, for files whose program made an index
   * of its own.
   */
  readonly indexedBy?: "index" | "color";
}

const PNG_ONLY = "Label maps are PNG: indexed, grey or RGB; other formats lose or change values.";

export const LABEL_PNG_DEFAULTS = Object.freeze({ palette: VOC_PALETTE, indexedBy: "index" } as const);

/**
 * Decodes a label map. Indexed and grey files hold the label values themselves, with 1, 2, 4 or 8 bits; RGB files hold colours
 * of the palette.
 *
 * @param bytes - A PNG file.
 * @param name - Named in errors, e.g. the path.
 * @param options - {@link LabelPngOptions}; defaults {@link LABEL_PNG_DEFAULTS}.
 * @returns The values as stored; whether the set has such classes is checked by {@link applyMapping}.
 * @throws {FormatError} if it is no PNG, damaged, has 16 bits, is partly transparent, or has colours outside the palette.
 */
export function decodeLabelMap(bytes: Uint8Array, name: string, options: LabelPngOptions = {}): LabelMap {
  const { palette, indexedBy, ...limits } = { ...LABEL_PNG_DEFAULTS, ...options };
  if (!isPng(bytes)) {
    const got = bytes.length === 0 ? "an empty file." : `another kind of file of ${bytes.length} bytes. ${PNG_ONLY}`;
    throw new FormatError(`decodeLabelMap: ${name}: expected a PNG, got ${got}`);
  }
  const png = decodePng(bytes, name, limits);
  if (png.translucent) {
    throw new FormatError(
      `decodeLabelMap: ${name}: expected an opaque label map, got an alpha channel with transparent pixels. ` +
        "Save it without alpha, with the background as a class.",
    );
  }
  return labelMap(valuesOf(), png.height, png.width);

  function valuesOf(): Uint8Array {
    if (png.kind === "rgb") return labelsFromColors(png, palette, name);
    return png.kind === "indexed" && indexedBy === "color" ? labelsFromIndexColors(png, palette, name) : png.data;
  }
}

/**
 * Encodes a label map as PNG: 8-bit indexed, the index is the class. The same labels give the same bytes.
 *
 * @param palette - 256 colours.
 */
export function encodeLabelMap(labels: LabelMap, palette: Palette = VOC_PALETTE): Uint8Array {
  return encodeIndexedPng(labels.data, labels.height, labels.width, palette);
}
