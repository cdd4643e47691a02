/** WebAssembly memory, with an error that says how much was asked for. */
import { BackendError } from "../errors.ts";

const PAGE = 65536;
const MAX_PAGES = 65536;

/** A memory whose front is taken, array after array. */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** The first byte that is free. */
  end: number;
}

/** Takes bytes from the front of what is free, and gives their address; a memory that is not shared may lose its views. */
export function take(arena: Arena, bytes: number): number {
  const address = arena.end;
  arena.end += Math.ceil(bytes / 16) * 16;
  growMemory(arena.memory, arena.end);
  return address;
}

/**
 * @param shared - For a memory that several threads use.
 * @throws {BackendError} if the platform does not give that much.
 */
export function reserveMemory(bytes: number, shared = false): WebAssembly.Memory {
  return orRefuse(
    bytes,
    (pages) => new WebAssembly.Memory(shared ? { initial: pages, maximum: MAX_PAGES, shared } : { initial: pages }),
  );
}

/** Makes a memory at least `bytes` long; views made before are detached, but not those of a shared memory. */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  orRefuse(bytes, (pages) => {
    const missing = pages - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
  });
}

function orRefuse<T>(bytes: number, allocate: (pages: number) => T): T {
  const pages = Math.ceil(bytes / PAGE);
  if (pages <= MAX_PAGES) {
    try {
      return allocate(pages);
    } catch {
      // The platform's own message does not say how much was asked for.
    }
  }
  throw new BackendError(
    `reserveMemory: expected ${(bytes / 2 ** 20).toFixed(1)} MB to be available to WebAssembly (4096 MB at most), got a refusal. Use a smaller picture, or fewer classes in a CRF.`,
  );
}
