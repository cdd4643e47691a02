/** How a mean field is run, beside the energy that it works on. */
import { OptionError } from "../errors.ts";
import { type CrfEnergy, checkEnergy } from "./energy.ts";
import type { CrfThreads } from "./threads.ts";

/** State of a running mean field. */
export interface MeanFieldProgress {
  /** Updates done. */
  readonly iteration: number;
  readonly iterations: number;
  /** Pixels whose label changed in this update. */
  readonly labelsChanged: number;
}

/** Options of {@link meanField}. */
export interface MeanFieldOptions extends CrfEnergy {
  /** Stops when an update changes the label of fewer than this share of pixels, [0, 1]; 0 runs all iterations. */
  readonly stopBelow?: number;
  /** `auto`: WebAssembly where the platform has its SIMD, else TypeScript. Both give the same labels. */
  readonly backend?: "auto" | "wasm" | "typescript";
  /** Threads from `openCrfThreads`, which share the work; they run WebAssembly. Left out: the caller's own thread. */
  readonly threads?: CrfThreads;
  /** Bytes that the CRF may allocate; more is refused before it is allocated. */
  readonly memoryLimit?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MeanFieldProgress) => void;
}

/** 4 GB is all that WebAssembly can address. */
export const DEFAULT_MEMORY_LIMIT = 4 * 2 ** 30 - 2 ** 16;

/** Checks everything about the options that does not depend on the picture. */
export function checkOptions(caller: string, options: MeanFieldOptions): void {
  const { stopBelow = 0, memoryLimit = 1, backend = "auto", threads } = options;
  checkEnergy(caller, options);
  if (!(stopBelow >= 0 && stopBelow <= 1)) {
    throw new OptionError(`${caller}: expected stopBelow to be a share of pixels in [0, 1], got ${stopBelow}.`);
  }
  if (threads !== undefined && backend === "typescript") {
    throw new OptionError(
      `${caller}: expected backend "wasm" or "auto" with threads, got "typescript". Leave one of the two out.`,
    );
  }
  if (!(memoryLimit > 0))
    throw new OptionError(`${caller}: expected memoryLimit to be above 0 bytes, got ${memoryLimit}.`);
}
