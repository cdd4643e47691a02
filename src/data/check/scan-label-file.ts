/** What one label file holds: how it is stored and which values it has, or why it cannot be read. */
import { decodePng, isPng, type Png, pngPalette, pngStorage, type Rgb } from "../../image/index.ts";
import { decodeLabelMap, type LabelPngOptions, labelHistogram } from "../../labels/index.ts";

/** Why a label file cannot be read. */
export type LabelFault = "not-png" | "16-bit" | "transparent" | "colours" | "damaged" | "unopened";

/** How many pixels have a value; values without pixels are left out. */
export type ValueCount = readonly [value: number, pixels: number];

export interface LabelFacts {
  readonly height: number;
  readonly width: number;
  readonly stored: Png["kind"];
  /** Of a sample in the file. */
  readonly bits: Png["bits"];
  /** Sorted by value; values as in the file. */
  readonly values: readonly ValueCount[];
  /** Of an indexed file the colour behind each of the values; else empty. */
  readonly colors: readonly Rgb[];
}

export interface UnreadLabels {
  readonly fault: LabelFault;
  /** The decoder's own words. */
  readonly message: string;
}

/**
 * Reads a label file and counts its values; what is wrong with it is returned, not thrown.
 *
 * @param bytes - The file.
 * @param name - Named in messages, e.g. the path.
 */
export function scanLabelFile(
  bytes: Uint8Array,
  name: string,
  options: LabelPngOptions = {},
): LabelFacts | UnreadLabels {
  try {
    const labels = decodeLabelMap(bytes, name, options);
    const values: ValueCount[] = [];
    labelHistogram(labels).forEach((pixels, value) => {
      if (pixels > 0) values.push([value, pixels]);
    });
    const { color: stored = "grey", bits = 8 } = pngStorage(bytes) ?? {};
    const isByIndex = stored === "indexed" && options.indexedBy !== "color";
    const palette = isByIndex ? pngPalette(bytes, name) : [];
    const colors = values.flatMap(([value]) => palette.slice(value, value + 1));
    return { height: labels.height, width: labels.width, stored, bits: bits === 16 ? 8 : bits, values, colors };
  } catch (error) {
    return { fault: faultOf(bytes, name, options), message: (error as Error).message };
  }
}

function faultOf(bytes: Uint8Array, name: string, options: LabelPngOptions): LabelFault {
  if (bytes.length === 0) return "damaged";
  if (!isPng(bytes)) return "not-png";
  if (pngStorage(bytes)?.bits === 16) return "16-bit";
  try {
    return decodePng(bytes, name, options).translucent ? "transparent" : "colours";
  } catch {
    return "damaged";
  }
}
