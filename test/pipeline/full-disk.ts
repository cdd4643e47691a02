/** A disk that is full after some writes, for programs that are started with `--import`. */

/** @param writes - Calls of a file handle's `write` that succeed. @returns What to import. */
export function fullDisk(writes: number): string {
  const script = `
    import { open } from "node:fs/promises";
    const handle = await open(process.execPath);
    await handle.close();
    const prototype = Object.getPrototypeOf(handle);
    const { write } = prototype;
    let done = 0;
    prototype.write = function (...args) {
      if (++done <= ${writes}) return write.apply(this, args);
      return Promise.reject(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" }));
    };`;
  return `data:text/javascript,${encodeURIComponent(script)}`;
}
