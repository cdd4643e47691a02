/**
 * Mean field inference of a fully connected CRF.
 *
 * Krähenbühl and Koltun, "Efficient Inference in Fully Connected CRFs with Gaussian Edge Potentials", NIPS 2011,
 * algorithm 1: message passing by filtering, compatibility transform, local update, normalisation.
 */
import { checkCompanions, checkUnary, type RgbImage, type Unary } from "./input.ts";
import { deinterleave } from "./interleave.ts";
import { kernelSources } from "./kernel-source.ts";
import { checkMemory, inputOutputBytes } from "./memory-limit.ts";
import { checkOptions, DEFAULT_MEMORY_LIMIT, type MeanFieldOptions } from "./options.ts";
import { ownSession } from "./own-session.ts";
import { workingBytes } from "./session.ts";
import { sharedSession } from "./shared-session.ts";

/** What {@link meanField} gives. */
export interface MeanFieldResult {
  readonly classes: number;
  readonly height: number;
  readonly width: number;
  /** Float32, shape `[classes, height, width]`; every pixel sums to 1. */
  readonly marginals: Float32Array<ArrayBuffer>;
  /** Uint8, shape `[height, width]`: the first class with the largest marginal. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** Pixels whose label changed, for each update that ran. */
  readonly labelsChanged: readonly number[];
  /** Whether it stopped because `stopBelow` was reached. */
  readonly converged: boolean;
  /** Bytes that the inference used, input and output included. */
  readonly bytes: number;
}

/**
 * Refines a unary with a picture: mean field inference of a fully connected CRF, the pixel's own term included in each
 * filter as in the authors' code.
 *
 * @param unary - Energies, float32, shape `[classes, height, width]`, nats, finite; see `unaryFromProbabilities`,
 *   `unaryFromScores` and `unaryFromLabels`.
 * @param image - RGB, uint8, shape `[height, width, 3]`, same height and width.
 * @param options - {@link MeanFieldOptions}, usually a preset such as `PAPER_CRF` and what differs from it.
 * @returns Marginals, labels, and how many labels each update changed.
 * @throws {ShapeError} if the image, features or matrix do not fit the unary.
 * @throws {OptionError} if a parameter is out of range, or a unary is not finite.
 * @throws {BackendError} if the memory limit would be passed. `signal.reason` if cancelled: before it begins, or between two updates.
 * @see Krähenbühl and Koltun, NIPS 2011, algorithm 1; normalisations: Krähenbühl and Koltun, ICML 2013, section 3.
 * @example
 * ```ts
 * const { labels } = await meanField(unaryFromScores(scores, [21, height, width]), image, PYDENSECRF_EXAMPLE);
 * ```
 */
export async function meanField(unary: Unary, image: RgbImage, options: MeanFieldOptions): Promise<MeanFieldResult> {
  checkOptions("meanField", options);
  checkUnary("meanField", unary);
  checkCompanions("meanField", unary, image, options);
  const run = (): Promise<MeanFieldResult> => infer(unary, image, options);
  return options.threads === undefined ? run() : options.threads.exclusively(run);
}

async function infer(unary: Unary, image: RgbImage, options: MeanFieldOptions): Promise<MeanFieldResult> {
  const { classes, height, width } = unary;
  const limit = options.memoryLimit ?? DEFAULT_MEMORY_LIMIT;
  const outside = inputOutputBytes(unary);
  const shared = options.threads !== undefined && options.threads.count > 1 ? options.threads : undefined;
  const threads = shared?.count ?? 1;
  checkMemory("meanField", unary, outside + workingBytes(unary, [], threads), limit);

  options.signal?.throwIfAborted();
  const session = await (shared === undefined ? ownSession(options) : sharedSession(shared, options));
  try {
    const lattices = await session.build(kernelSources(image, options));
    const bytes = outside + workingBytes(unary, lattices, threads);
    checkMemory("meanField", unary, bytes, limit);
    const { field, update } = await session.open(unary);
    const { labelsChanged, converged } = await iterate(update, field.layout.pixels, options);
    const marginals = new Float32Array(classes * height * width);
    deinterleave(field.marginals, marginals, field.layout);
    return { classes, height, width, marginals, labels: new Uint8Array(field.labels), labelsChanged, converged, bytes };
  } finally {
    await session.close();
  }
}

/** Updates until the iterations are done or little changes. */
async function iterate(
  update: () => Promise<number>,
  pixels: number,
  { iterations, stopBelow = 0, signal, onProgress }: MeanFieldOptions,
): Promise<Pick<MeanFieldResult, "labelsChanged" | "converged">> {
  const labelsChanged: number[] = [];
  while (labelsChanged.length < iterations) {
    await nextTurn();
    signal?.throwIfAborted();
    const changed = await update();
    labelsChanged.push(changed);
    onProgress?.({ iteration: labelsChanged.length, iterations, labelsChanged: changed });
    if (changed < stopBelow * pixels) return { labelsChanged, converged: true };
  }
  return { labelsChanged, converged: false };
}

/** Lets events in between, so that progress shows and cancelling is heard. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
