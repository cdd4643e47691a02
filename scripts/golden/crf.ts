/** The golden cases `crf-*`: a picture and a unary in, marginals and labels out, through the public CRF code. */
import {
  exactMeanField,
  type MeanFieldOptions,
  meanField,
  type Normalization,
  type RgbImage,
  type Unary,
} from "deconvnet/crf";

/** A tensor of a golden file. */
export interface CrfTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/**
 * One line of the golden runner's table. For `labels.*` the differences are shares of pixels with another label; one in a
 * thousand may differ.
 */
export interface CrfRow {
  readonly tensor: string;
  readonly maxAbs: number;
  readonly maxRel: number;
  readonly atol: number;
  readonly ok: boolean;
}

/** Kernel parameters in pydensecrf's words, as the files hold them. */
interface StoredKernels {
  readonly sg: number;
  readonly wg: number;
  readonly sxy: number;
  readonly srgb: number;
  readonly wb: number;
}

type Tensors = Readonly<Record<string, CrfTensor>>;
type Metadata = Readonly<Record<string, string>>;

const LABELS_ATOL = 1e-3;

/** Runs every configuration of the case: outputs are named `<what>.<kernels>.<normalization>.it<iterations>`. */
export async function runCrfCase(
  tensors: Tensors,
  metadata: Metadata,
  backend: NonNullable<MeanFieldOptions["backend"]> = "auto",
): Promise<CrfRow[]> {
  const tolerances = JSON.parse(metadata["atol"] ?? "{}") as Record<string, number>;
  const rows: CrfRow[] = [];
  const done = new Map<string, ArrayLike<number>>();
  for (const [name, stored] of Object.entries(tensors)) {
    const [what, ...rest] = name.split(".");
    if (rest.length !== 3) continue;
    const { unary, image, options } = readCase(tensors, metadata, rest as [string, string, string]);
    const run = [what === "exact", ...rest].join(".");
    const marginals =
      done.get(run) ??
      (what === "exact"
        ? exactMeanField(unary, image, options)
        : (await meanField(unary, image, { ...options, backend })).marginals);
    done.set(run, marginals);
    if (what === "labels") rows.push(compareLabels(name, marginals, unary, stored));
    else {
      const pixels = what === "q" ? Array.from(tensorOf(tensors, "pixels").data, Number) : undefined;
      rows.push(compareMarginals(name, marginals, unary, stored, pixels, tolerances[name] ?? 0));
    }
  }
  return rows;
}

/** The inputs of one configuration. */
function readCase(
  tensors: Tensors,
  metadata: Metadata,
  [set, normalization, iterations]: [string, string, string],
): { unary: Unary; image: RgbImage; options: MeanFieldOptions } {
  const [classes, height, width] = ["classes", "height", "width"].map((key) => Number(metadata[key])) as [
    number,
    number,
    number,
  ];
  const kernels = (JSON.parse(metadata["kernels"] ?? "{}") as Record<string, StoredKernels>)[set];
  if (kernels === undefined) throw new Error(`The golden case has no kernels "${set}".`);
  const factors = JSON.parse(metadata["unary_factor"] ?? "{}") as Record<string, number>;
  const factor = factors[`${set}.${normalization}`] ?? 1;
  return {
    unary: {
      classes,
      height,
      width,
      data: Float32Array.from(tensorOf(tensors, "unary").data as ArrayLike<number>, (u) => u * factor),
    },
    image: { height, width, data: Uint8Array.from(tensorOf(tensors, "image").data as ArrayLike<number>) },
    options: {
      smoothness: { spatialStd: kernels.sg, weight: kernels.wg },
      appearance: { spatialStd: kernels.sxy, colorStd: kernels.srgb, weight: kernels.wb },
      normalization: normalization as Normalization,
      iterations: Number(iterations.slice(2)),
    },
  };
}

function tensorOf(tensors: Tensors, name: string): CrfTensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`The golden case has no tensor "${name}".`);
  return tensor;
}

/** @param chosen - The pixels that the file keeps; left out, it keeps them all. */
function compareMarginals(
  tensor: string,
  marginals: ArrayLike<number>,
  { classes, height, width }: Unary,
  stored: CrfTensor,
  chosen: readonly number[] | undefined,
  atol: number,
): CrfRow {
  const pixels = height * width;
  const kept = chosen?.length ?? pixels;
  let [maxAbs, maxRel] = [stored.data.length === classes * kept ? 0 : Number.POSITIVE_INFINITY, 0];
  for (let c = 0; c < classes; c++) {
    for (let i = 0; i < kept; i++) {
      const expected = Number(stored.data[c * kept + i]);
      const difference = Math.abs((marginals[c * pixels + (chosen?.[i] ?? i)] ?? Number.NaN) - expected);
      maxAbs = Math.max(maxAbs, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
      if (expected > 1e-30) maxRel = Math.max(maxRel, difference / expected);
    }
  }
  return { tensor, maxAbs, maxRel, atol, ok: maxAbs <= atol };
}

function compareLabels(
  tensor: string,
  marginals: ArrayLike<number>,
  { classes, height, width }: Unary,
  stored: CrfTensor,
): CrfRow {
  const pixels = height * width;
  let different = stored.data.length === pixels ? 0 : pixels;
  for (let i = 0; i < pixels; i++) {
    let label = 0;
    for (let c = 1; c < classes; c++)
      if ((marginals[c * pixels + i] ?? 0) > (marginals[label * pixels + i] ?? 0)) label = c;
    if (label !== Number(stored.data[i])) different++;
  }
  const share = different / pixels;
  return { tensor, maxAbs: share, maxRel: share, atol: LABELS_ATOL, ok: share <= LABELS_ATOL };
}
