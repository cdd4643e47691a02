/** What a thread of the CRF is asked to do, and the doing of it; the same in Node and in a page. */
import { OptionError } from "../errors.ts";
import { buildLatticeWasm, type CrfMemory, joinWasmMemory, type Lattice } from "../kernels/index.ts";
import { type Field, passMessages, settleMarginals, startMarginals } from "./field.ts";
import { buildSource, type KernelSource } from "./kernel-source.ts";

/** A request to a thread. */
export type CrfJob =
  /** Builds the lattice of a kernel. */
  | { readonly kind: "build"; readonly source: KernelSource }
  | {
      readonly kind: "open";
      readonly shared: WebAssembly.Memory;
      /** 1 for the first thread beside the caller's own. */
      readonly thread: number;
      readonly field: Field;
    }
  /** Sets the marginals of some pixels to the softmax of their evidence. */
  | { readonly kind: "start"; readonly begin: number; readonly end: number }
  /** Filters groups of classes. */
  | { readonly kind: "filter"; readonly groups: readonly number[] }
  /** Turns the scores of some pixels into marginals. */
  | { readonly kind: "settle"; readonly begin: number; readonly end: number }
  | { readonly kind: "close" };

/** The answer to any job but `build`: how many labels changed, 0 for jobs that change none. */
export interface Done {
  readonly changed: number;
}

/** The answer to `build`. */
export interface Built {
  readonly lattice: Lattice;
}

/** `refused`: the caller asked for what cannot be, and the thread goes on; `error`: it is of no use any more. */
export type CrfAnswer = Done | Built | { readonly refused: string } | { readonly error: string };

/** An answer, and the arrays that are handed over with it. */
interface Reply {
  readonly answer: CrfAnswer;
  readonly transfer: ArrayBuffer[];
}

/** A function that does one job after the other. */
export function createJobHandler(): (job: CrfJob) => Promise<Reply> {
  let open: { memory: CrfMemory; field: Field } | undefined;
  const handle = async (job: Exclude<CrfJob, { kind: "build" }>): Promise<number> => {
    if (job.kind === "open") open = { memory: await joinWasmMemory(job.shared, job.thread), field: job.field };
    else if (job.kind === "close") open = undefined;
    else if (open === undefined) throw new Error(`no field is open for the job "${job.kind}"`);
    else if (job.kind === "start") startMarginals(open.memory, open.field, job.begin, job.end);
    else if (job.kind === "settle") return settleMarginals(open.memory, open.field, job.begin, job.end);
    else for (const group of job.groups) passMessages(open.memory, open.field, group);
    return 0;
  };
  return async (job) => {
    try {
      if (job.kind === "build") return handOver(await buildSource(buildLatticeWasm, job.source));
      return { answer: { changed: await handle(job) }, transfer: [] };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { answer: error instanceof OptionError ? { refused: reason } : { error: reason }, transfer: [] };
    }
  };
}

/** A lattice in arrays of its own: WebAssembly's memory cannot be given away, and a copy of it would hold the hash table too. */
function handOver(lattice: Lattice): Reply {
  const corners = lattice.corners.slice();
  const weights = lattice.weights.slice();
  const runs = lattice.runs.map((run) => run.slice());
  return {
    answer: { lattice: { ...lattice, corners, weights, runs } },
    transfer: [corners, weights, ...runs].map(({ buffer }) => buffer),
  };
}
