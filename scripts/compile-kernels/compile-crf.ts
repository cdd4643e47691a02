/** Compiles the CRF's AssemblyScript, in two variants. */
import { compileKernel } from "./compile-kernel.ts";

/** The AssemblyScript sources whose exports are the module's, from the project root; they import the others. */
const CRF_SOURCES: readonly string[] = ["splat", "blur", "slice", "subtract-product", "softmax", "lattice"].map(
  (name) => `src/kernels/assembly/${name}.ts`,
);

const SHARED = ["--enable=threads", "--sharedMemory", "--maximumMemory=65536"];

/**
 * @param memory - `shared` for a module that takes a memory shared by threads.
 * @returns The module's bytes; the same for the same compiler.
 */
export function compileCrf(memory: "own" | "shared"): Promise<Uint8Array> {
  return compileKernel(CRF_SOURCES, memory === "shared" ? SHARED : []);
}
