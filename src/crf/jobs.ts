/** What a thread of the CRF is asked to do, and the doing of it; the same in Node and in a page. */
import { OptionError } from "../errors.ts";
import {
  type AxesTask,
  type CrfMemory,
  type CrfWorkspace,
  joinWorkspace,
  type LatticeSize,
  wasmWorkspace,
} from "../kernels/index.ts";
import { type Field, passMessages, settleMarginals, startMarginals } from "./field.ts";
import { measureNorm } from "./gaussian-filter.ts";
import { type KernelSource, pointsOf } from "./kernel-source.ts";

/** A request to a thread. */
export type CrfJob =
  /** Joins the caller's workspace as thread number `thread`, and builds the lattices of some kernels in memory of its own. */
  | {
      readonly kind: "prepare";
      readonly shared: WebAssembly.Memory;
      readonly thread: number;
      readonly sources: readonly KernelSource[];
    }
  /** Finds the runs of some axes of a lattice. */
  | { readonly kind: "link"; readonly task: AxesTask }
  /** Takes the field, brings the lattices of `prepare` to the filters `built`, and measures the normalisation of `measured`. */
  | {
      readonly kind: "open";
      readonly field: Field;
      readonly built: readonly number[];
      readonly measured: readonly number[];
    }
  /** Sets the marginals of some pixels to the softmax of their evidence. */
  | { readonly kind: "start"; readonly begin: number; readonly end: number }
  /** Filters groups of classes. */
  | { readonly kind: "filter"; readonly groups: readonly number[] }
  /** Turns the scores of some pixels into marginals. */
  | { readonly kind: "settle"; readonly begin: number; readonly end: number }
  | { readonly kind: "close" };

/** What each kind of job gives. */
export interface CrfResults {
  readonly prepare: readonly LatticeSize[];
  /** Lengths of the runs. */
  readonly link: readonly number[];
  readonly open: null;
  readonly start: null;
  readonly filter: null;
  /** How many labels changed. */
  readonly settle: number;
  readonly close: null;
}

/** `refused`: the caller asked for what cannot be, and the thread goes on; `error`: it is of no use any more. */
export type CrfAnswer =
  | { readonly result: CrfResults[CrfJob["kind"]] }
  | { readonly refused: string }
  | { readonly error: string };

interface Joined {
  readonly memory: CrfMemory;
  readonly link: (task: AxesTask) => number[];
  /** Holds the lattices that were built here until the field takes them. */
  workspace: CrfWorkspace | undefined;
  field: Field | undefined;
}

/** A function that does one job after the other. */
export function createJobHandler(): (job: CrfJob) => Promise<CrfAnswer> {
  let joined: Joined | undefined;
  const handle = async (job: CrfJob): Promise<CrfResults[CrfJob["kind"]]> => {
    if (job.kind === "prepare") {
      const { joined: now, sizes } = await prepare(job);
      joined = now;
      return sizes;
    }
    if (job.kind === "close") joined = undefined;
    else if (joined === undefined) throw new Error(`nothing is prepared for the job "${job.kind}"`);
    else return doJob(joined, job);
    return null;
  };
  return async (job) => {
    try {
      return { result: await handle(job) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return error instanceof OptionError ? { refused: reason } : { error: reason };
    }
  };
}

async function prepare({
  shared,
  thread,
  sources,
}: Extract<CrfJob, { kind: "prepare" }>): Promise<{ joined: Joined; sizes: LatticeSize[] }> {
  const workspace = sources.length > 0 ? await wasmWorkspace() : undefined;
  const sizes: LatticeSize[] = [];
  for (const source of sources) if (workspace !== undefined) sizes.push(await workspace.build(pointsOf(source)));
  return { joined: { ...(await joinWorkspace(shared, thread)), workspace, field: undefined }, sizes };
}

function doJob(
  joined: Joined,
  job: Exclude<CrfJob, { kind: "prepare" | "close" }>,
): CrfResults[Exclude<CrfJob["kind"], "prepare" | "close">] {
  const { memory, link, field } = joined;
  if (job.kind === "link") return link(job.task);
  if (job.kind === "open") openField(joined, job);
  else if (field === undefined) throw new Error(`no field is open for the job "${job.kind}"`);
  else if (job.kind === "start") startMarginals(memory, field, job.begin, job.end);
  else if (job.kind === "settle") return settleMarginals(memory, field, job.begin, job.end);
  else for (const group of job.groups) passMessages(memory, field, group);
  return null;
}

function openField(joined: Joined, { field, built, measured }: Extract<CrfJob, { kind: "open" }>): void {
  const lattices = joined.workspace?.open(0).lattices ?? [];
  for (const [place, index] of built.entries()) {
    const [from, to] = [lattices[place], field.filters[index]];
    if (from === undefined || to === undefined) continue;
    to.corners.set(from.corners);
    to.weights.set(from.weights);
    for (const [axis, run] of from.runs.entries()) to.runs[axis]?.set(run);
  }
  joined.workspace = undefined;
  joined.field = field;
  for (const index of measured) {
    const filter = field.filters[index];
    if (filter !== undefined) measureNorm(joined.memory, filter);
  }
}
