/** In a page: whether it may share memory between threads, which WebAssembly needs for them. */

export function isIsolated(): boolean {
  return crossOriginIsolated;
}
