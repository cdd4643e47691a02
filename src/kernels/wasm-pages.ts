/** WebAssembly memory, with an error that says how much was asked for. */
import { BackendError } from "../errors.ts";

const PAGE = 65536;
const MAX_PAGES = 65536;

/**
 * @param shared - For a memory that several threads use; its size is fixed.
 * @throws {BackendError} if the platform does not give that much.
 */
export function reserveMemory(bytes: number, shared = false): WebAssembly.Memory {
  return orRefuse(
    bytes,
    (pages) => new WebAssembly.Memory(shared ? { initial: pages, maximum: pages, shared } : { initial: pages }),
  );
}

/** Makes a memory at least `bytes` long; views made before are detached. */
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
