/** A mean field that several threads work on, the caller's own among them: two meetings an update, none inside a filter. */
import {
  type CrfMemory,
  type CrfWorkspace,
  hasWasmCrf,
  type LatticeSize,
  type LinkAxes,
  sharedWorkspace,
} from "../kernels/index.ts";
import { noSimd } from "./backend.ts";
import {
  createField,
  type Field,
  fieldBytes,
  fieldForThread,
  fillEvidence,
  passMessages,
  settleMarginals,
  startMarginals,
} from "./field.ts";
import { allocateLattice, latticeBytes } from "./gaussian-filter.ts";
import type { Unary } from "./input.ts";
import { type KernelSource, pointsOf } from "./kernel-source.ts";
import type { MeanFieldOptions } from "./options.ts";
import type { Session } from "./session.ts";
import type { CrfThreads } from "./threads.ts";

/** A kernel, where it stands among the others, and the thread that builds its lattice: 0 is the caller's own. */
interface Part {
  readonly index: number;
  readonly thread: number;
  readonly source: KernelSource;
}

/** @throws {BackendError} if the platform lacks WebAssembly SIMD, or the memory. */
export async function sharedSession(threads: CrfThreads, options: MeanFieldOptions): Promise<Session> {
  if (!hasWasmCrf()) throw noSimd("meanField");
  let parts: readonly Part[] = [];
  let sizes: readonly LatticeSize[] = [];
  let prepared: Promise<unknown> = Promise.resolve();
  const linkAxes: LinkAxes = async (tasks, own) => {
    await prepared;
    return await threads.together((thread) => ({ kind: "link", task: tasks[thread - 1]! }), own);
  };
  const { workspace, shared } = await sharedWorkspace(threads.count, linkAxes, threads.memory);
  threads.memory = shared;
  return {
    build: async (sources) => {
      parts = dealKernels(sources, threads.count);
      const preparing = threads.others((thread) => {
        const own = parts.filter((part) => part.thread === thread);
        return { kind: "prepare", shared, thread, sources: own.map(({ source }) => source) };
      });
      prepared = preparing;
      sizes = await collectSizes(parts, buildOwn(workspace, parts), preparing);
      return sizes;
    },
    open: async (unary) => {
      const { memory, field } = placeField(workspace, unary, parts, sizes, options, threads.count);
      const fields = [field, ...Array.from({ length: threads.count - 1 }, () => fieldForThread(memory, field))];
      await threads.together(
        (thread) => ({ kind: "open", field: fields[thread]!, ...filtersOf(parts, thread) }),
        () => fillEvidence(field, unary),
      );
      await threads.together(
        (thread) => ({ kind: "start", ...shareOf(field, thread, threads.count) }),
        () => {
          const { begin, end } = shareOf(field, 0, threads.count);
          startMarginals(memory, field, begin, end);
        },
      );
      return { field, update: () => updateTogether(threads, memory, field) };
    },
    close: async () => {
      await threads.others(() => ({ kind: "close" }));
    },
  };
}

/** The kernel with the most features, whose lattice takes longest, to the caller's thread; the rest to the others in turn. */
function dealKernels(sources: readonly KernelSource[], threads: number): Part[] {
  const bySize = [...sources.entries()].sort(([, a], [, b]) => b.dimension - a.dimension);
  return bySize.map(([index, source], place) => {
    return { index, source, thread: place === 0 ? 0 : 1 + ((place - 1) % (threads - 1)) };
  });
}

async function buildOwn(workspace: CrfWorkspace, parts: readonly Part[]): Promise<LatticeSize[]> {
  const sizes: LatticeSize[] = [];
  for (const { thread, source } of parts) if (thread === 0) sizes.push(await workspace.build(pointsOf(source)));
  return sizes;
}

/** The sizes of all lattices, in the order of the kernels. */
async function collectSizes(
  parts: readonly Part[],
  building: Promise<readonly LatticeSize[]>,
  preparing: Promise<readonly (readonly LatticeSize[])[]>,
): Promise<LatticeSize[]> {
  // Both, whatever fails: the threads must be at rest before anything else is asked of them.
  const [own, others] = await Promise.allSettled([building, preparing]);
  if (own.status === "rejected") throw own.reason;
  if (others.status === "rejected") throw others.reason;
  const bySource: LatticeSize[] = [];
  for (const [thread, sizes] of [own.value, ...others.value].entries()) {
    const built = parts.filter((part) => part.thread === thread);
    for (const [place, { index }] of built.entries()) bySource[index] = sizes[place]!;
  }
  return bySource;
}

/** The field in the shared memory, with room for the lattices that are still with the threads that built them. */
function placeField(
  workspace: CrfWorkspace,
  unary: Unary,
  parts: readonly Part[],
  sizes: readonly LatticeSize[],
  options: MeanFieldOptions,
  threads: number,
): { memory: CrfMemory; field: Field } {
  const elsewhere = parts.filter(({ thread }) => thread > 0).map(({ index }) => latticeBytes(sizes[index]!));
  const bytes = elsewhere.reduce((sum, some) => sum + some, fieldBytes(unary, sizes, threads));
  const { memory, lattices } = workspace.open(bytes);
  const own = new Map(parts.filter(({ thread }) => thread === 0).map(({ index }, place) => [index, lattices[place]]));
  const kernels = parts
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, source }) => {
      return { lattice: own.get(index) ?? allocateLattice(memory, sizes[index]!), weight: source.kernel.weight };
    });
  return { memory, field: createField(memory, unary, kernels, options, threads) };
}

/** The filters whose lattices a thread brings, and those whose normalisation it measures; the caller's thread has other work then. */
function filtersOf(parts: readonly Part[], thread: number): { built: number[]; measured: number[] } {
  const indexesOf = (builder: number): number[] =>
    parts.filter((part) => part.thread === builder).map(({ index }) => index);
  const built = indexesOf(thread);
  return { built, measured: thread === 1 ? [...built, ...indexesOf(0)] : built };
}

/** A thread's part of the pixels. */
function shareOf({ layout: { pixels } }: Field, thread: number, threads: number): { begin: number; end: number } {
  const bound = (i: number): number => Math.floor((pixels * i) / threads);
  return { begin: bound(thread), end: bound(thread + 1) };
}

/** One parallel update of all pixels; resolves to how many labels changed. */
async function updateTogether(threads: CrfThreads, memory: CrfMemory, field: Field): Promise<number> {
  const groupsOf = (thread: number): number[] =>
    Array.from({ length: field.layout.groups }, (_, group) => group).filter(
      (group) => group % threads.count === thread,
    );
  await threads.together(
    (thread) => ({ kind: "filter", groups: groupsOf(thread) }),
    () => {
      for (const group of groupsOf(0)) passMessages(memory, field, group);
    },
  );
  const { begin, end } = shareOf(field, 0, threads.count);
  const changed = await threads.together(
    (thread) => ({ kind: "settle", ...shareOf(field, thread, threads.count) }),
    () => settleMarginals(memory, field, begin, end),
  );
  return changed.reduce((sum, some) => sum + some, 0);
}
