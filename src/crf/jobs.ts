/** What a thread of the CRF is asked to do, and the doing of it; the same in Node and in a page. */
import { type CrfMemory, joinWasmMemory } from "../kernels/index.ts";
import { type Field, passMessages, settleMarginals } from "./field.ts";

/** A request to a thread. */
export type CrfJob =
  | {
      readonly kind: "open";
      readonly shared: WebAssembly.Memory;
      /** 1 for the first thread beside the caller's own. */
      readonly thread: number;
      readonly field: Field;
    }
  /** Filters groups of classes. */
  | { readonly kind: "filter"; readonly groups: readonly number[] }
  /** Turns the scores of some pixels into marginals. */
  | { readonly kind: "settle"; readonly begin: number; readonly end: number }
  | { readonly kind: "close" };

/** The answer: how many labels changed (0 for jobs that change none), or why it failed. */
export type CrfAnswer = { readonly changed: number } | { readonly error: string };

/** A function that does one job after the other. */
export function createJobHandler(): (job: CrfJob) => Promise<CrfAnswer> {
  let open: { memory: CrfMemory; field: Field } | undefined;
  const handle = async (job: CrfJob): Promise<number> => {
    if (job.kind === "open") open = { memory: await joinWasmMemory(job.shared, job.thread), field: job.field };
    else if (job.kind === "close") open = undefined;
    else if (open === undefined) throw new Error(`no field is open for the job "${job.kind}"`);
    else if (job.kind === "settle") return settleMarginals(open.memory, open.field, job.begin, job.end);
    else for (const group of job.groups) passMessages(open.memory, open.field, group);
    return 0;
  };
  return async (job) => {
    try {
      return { changed: await handle(job) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}
