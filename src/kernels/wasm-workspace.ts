/** A CRF in WebAssembly's memory: lattices at the front, built where they stay, and the arrays of the loops behind them. */
import type { CrfMemory, CrfWorkspace, LatticeSize, PointFeatures } from "./crf-memory.ts";
import { type AxesTask, buildLattice, type LinkAxes, linkAxes, type PlacedLattice, viewsOf } from "./wasm-lattice.ts";
import { loopsOn } from "./wasm-loops.ts";
import { instantiateCrf, MODULE_BYTES } from "./wasm-module.ts";
import { type Arena, growMemory, reserveMemory } from "./wasm-pages.ts";

/** Bytes of each thread's own: room for the messages of 255 classes, then for the lattice of one point. */
const THREAD_BYTES = 2048;
const MESSAGE_BYTES = 1024;

/**
 * A workspace in a memory of its own.
 *
 * @throws {BackendError} if the platform does not give the memory.
 */
export async function wasmWorkspace(): Promise<CrfWorkspace> {
  return await openWorkspace(reserveMemory(threadBytes(1)), 1, async (_, own) => [own()]);
}

/**
 * A workspace that threads share: the caller's is number 0, the others call {@link joinWorkspace}.
 *
 * @param threads - How many, the caller's included.
 * @param used - The shared memory of an earlier workspace of as many threads, which nobody uses any more. Default: a new one.
 * @throws {BackendError} if the platform does not give the memory.
 */
export async function sharedWorkspace(
  threads: number,
  link: LinkAxes,
  used?: WebAssembly.Memory,
): Promise<{ workspace: CrfWorkspace; shared: WebAssembly.Memory }> {
  const shared = used ?? reserveMemory(threadBytes(threads), true);
  return { workspace: await openWorkspace(shared, threads, link), shared };
}

/** The loops for one more thread of a shared workspace; it allocates nothing itself. */
export async function joinWorkspace(
  shared: WebAssembly.Memory,
  thread: number,
): Promise<{ memory: CrfMemory; link: (task: AxesTask) => number[] }> {
  const loops = await instantiateCrf(shared);
  const own = threadBytes(thread);
  return {
    memory: loopsOn(loops, shared.buffer, shared.buffer.byteLength, own),
    link: (task) => linkAxes(loops, task, own + MESSAGE_BYTES),
  };
}

/** Where a thread's own bytes begin. */
function threadBytes(thread: number): number {
  return MODULE_BYTES + THREAD_BYTES * thread;
}

async function openWorkspace(memory: WebAssembly.Memory, threads: number, link: LinkAxes): Promise<CrfWorkspace> {
  const loops = await instantiateCrf(memory);
  const own = threadBytes(0);
  const arena: Arena = { memory, end: threadBytes(threads) };
  const placed: PlacedLattice[] = [];
  return {
    build: async (features: PointFeatures): Promise<LatticeSize> => {
      const lattice = await buildLattice(loops, arena, own + MESSAGE_BYTES, features, threads, link);
      placed.push(lattice);
      return lattice.size;
    },
    open: (bytes) => {
      growMemory(memory, arena.end + bytes);
      const { buffer } = memory;
      return {
        memory: loopsOn(loops, buffer, arena.end, own),
        lattices: placed.map((lattice) => viewsOf(lattice, buffer)),
      };
    },
  };
}
