/** Runs the compiled update rules of the solvers: arrays pass, piece by piece, through a memory that stays in the cache. */
import { compileModule } from "./compile-module.ts";
import { UPDATE_WASM } from "./update-wasm.ts";
import { reserveMemory } from "./wasm-pages.ts";

type Loop = (...numbers: readonly number[]) => void;

interface Update {
  readonly memory: Float32Array;
  readonly loops: { readonly sgd: Loop; readonly adamW: Loop; readonly average: Loop };
}

/** Addresses below it belong to the module. */
const MODULE_BYTES = 1024;
/** Numbers of each array that are taken at a time: four arrays fit into 256 KB. */
const PIECE = 16_384;
const MOST_ARRAYS = 4;

let update: Update | undefined;

function startUpdate(): Update {
  const memory = reserveMemory(MODULE_BYTES + 4 * PIECE * MOST_ARRAYS);
  const { exports } = new WebAssembly.Instance(compileModule(UPDATE_WASM), { env: { memory } });
  return { memory: new Float32Array(memory.buffer, MODULE_BYTES), loops: exports as unknown as Update["loops"] };
}

/** v <- momentum v + rate (g + decay w); w <- w - v. */
export function sgdLoop(
  weights: Float32Array,
  velocity: Float32Array,
  gradient: Float32Array,
  { momentum, rate, decay }: { readonly momentum: number; readonly rate: number; readonly decay: number },
): void {
  update ??= startUpdate();
  const { sgd } = update.loops;
  inPieces(update.memory, [weights, velocity], [gradient], ([w, v, g], bytes) => {
    sgd(w, g, v, bytes, momentum, rate, decay);
  });
}

export interface AdamWNumbers {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** What the weights are multiplied by before the step. */
  readonly keep: number;
  readonly rate: number;
  /** Of the average of squares. */
  readonly correction: number;
}

/** m <- beta1 m + (1 - beta1) g; s <- beta2 s + (1 - beta2) g g; w <- keep w - rate m / (sqrt(correction s) + epsilon). */
export function adamWLoop(
  weights: Float32Array,
  mean: Float32Array,
  square: Float32Array,
  gradient: Float32Array,
  { beta1, beta2, keep, rate, correction, epsilon }: AdamWNumbers,
): void {
  update ??= startUpdate();
  const { adamW } = update.loops;
  inPieces(update.memory, [weights, mean, square], [gradient], ([w, m, s, g], bytes) => {
    adamW(w, g, m, s, bytes, beta1, 1 - beta1, beta2, 1 - beta2, keep, rate, correction, epsilon);
  });
}

/** a <- keep a + (1 - keep) w */
export function averageLoop(average: Float32Array, weights: Float32Array, keep: number): void {
  update ??= startUpdate();
  const { average: blend } = update.loops;
  inPieces(update.memory, [average], [weights], ([a, w], bytes) => {
    blend(a, w, bytes, keep, 1 - keep);
  });
}

type Addresses = readonly [number, number, number, number];

/** @param run - Is given the addresses of the pieces, changed ones first, and their bytes, rounded up to four numbers. */
function inPieces(
  memory: Float32Array,
  changed: readonly Float32Array[],
  read: readonly Float32Array[],
  run: (addresses: Addresses, bytes: number) => void,
): void {
  const addresses: Addresses = [0, 1, 2, 3].map((slot) => MODULE_BYTES + 4 * PIECE * slot) as [
    number,
    number,
    number,
    number,
  ];
  const length = changed[0]?.length ?? 0;
  for (let from = 0; from < length; from += PIECE) {
    const to = Math.min(from + PIECE, length);
    [...changed, ...read].forEach((array, slot) => {
      memory.set(array.subarray(from, to), slot * PIECE);
    });
    run(addresses, 16 * Math.ceil((to - from) / 4));
    changed.forEach((array, slot) => {
      array.set(memory.subarray(slot * PIECE, slot * PIECE + to - from), from);
    });
  }
}
