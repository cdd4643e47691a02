/** The segmentations of a photo by several people, as the Berkeley Segmentation Data Set stores them. */
import { FormatError } from "../errors.ts";
import { type MatValue, readMatFile } from "./mat-file.ts";

/** One person's; row by row from the top. */
export interface HumanSegmentation {
  readonly width: number;
  readonly height: number;
  /** Region numbers, `[height, width]`. */
  readonly regions: Uint16Array;
  /** 1 on boundary pixels, else 0, `[height, width]`. */
  readonly boundaries: Uint8Array;
}

/**
 * Reads a ground truth file of BSDS300 or BSDS500: a cell array `groundTruth` of structures with `Segmentation` and
 * `Boundaries`.
 *
 * @param bytes - The MATLAB file.
 * @param name - Named in errors, e.g. the path.
 * @throws {FormatError} if it is damaged or holds something else.
 */
export async function readHumanSegmentations(bytes: Uint8Array, name: string): Promise<HumanSegmentation[]> {
  const truth = (await readMatFile(bytes)).get("groundTruth");
  if (truth?.kind !== "cell" || truth.values.length === 0) {
    throw new FormatError(
      `readHumanSegmentations: ${name}: expected a cell array groundTruth, got ${truth?.kind ?? "none"}.`,
    );
  }
  return truth.values.map((person) => {
    const fields = person.kind === "struct" ? person.values[0] : undefined;
    const regions = rowMajor(fields?.get("Segmentation"), "Segmentation", name);
    const boundaries = rowMajor(fields?.get("Boundaries"), "Boundaries", name);
    if (regions.width !== boundaries.width || regions.height !== boundaries.height) {
      throw new FormatError(
        `readHumanSegmentations: ${name}: expected Boundaries of ${regions.width} x ${regions.height} as Segmentation, ` +
          `got ${boundaries.width} x ${boundaries.height}.`,
      );
    }
    const { width, height } = regions;
    return {
      width,
      height,
      regions: Uint16Array.from(regions.data),
      boundaries: Uint8Array.from(boundaries.data, (value) => (value === 0 ? 0 : 1)),
    };
  });
}

/** MATLAB goes down the columns. */
function rowMajor(
  value: MatValue | undefined,
  field: string,
  name: string,
): { readonly data: Float64Array; readonly width: number; readonly height: number } {
  const [height, width] = value?.dims ?? [];
  if (value?.kind !== "numeric" || value.dims.length !== 2 || height === undefined || width === undefined) {
    throw new FormatError(
      `readHumanSegmentations: ${name}: expected a matrix ${field} of each person, got ${value?.kind ?? "none"}.`,
    );
  }
  const data = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = Number(value.data[x * height + y]!);
  }
  return { data, width, height };
}
