/** Compiles AssemblyScript to WebAssembly; `compile-kernels.ts` stores the results, tests compare the two. */
import asc from "assemblyscript/asc";

/** A kernel of one source: where it is, and which name the stored module has. */
export interface KernelSource {
  /** From the project root. */
  readonly source: string;
  /** The TypeScript file that keeps the module, and the constant in it. */
  readonly file: string;
  readonly constant: string;
}

/** All modules that are compiled from one source; the CRF's has several (`compile-crf.ts`). */
export const KERNEL_SOURCES: readonly KernelSource[] = ["box-search", "forest-votes", "separable-filter", "update"].map(
  (name) => ({
    source: `src/kernels/assembly/${name}.ts`,
    file: `src/kernels/${name}-wasm.ts`,
    constant: `${name.replaceAll("-", "_").toUpperCase()}_WASM`,
  }),
);

/**
 * @param sources - AssemblyScript files whose exports are the module's, from the project root; they may import others.
 * @param flags - More options of the compiler.
 * @returns The module's bytes; the same for the same compiler.
 */
export async function compileKernel(sources: readonly string[], flags: readonly string[] = []): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...sources,
      "--outFile=kernel.wasm",
      "-O3",
      "--noAssert",
      "--runtime=stub",
      "--enable=simd",
      "--importMemory",
      "--noExportMemory",
      "--initialMemory=0",
      ...flags,
    ],
    {
      writeFile: (name, contents) => {
        if (name === "kernel.wasm" && typeof contents !== "string") bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined) {
    throw new Error(`The compiler refused ${sources.join(", ")}:\n${stderr.toString()}`);
  }
  return bytes;
}
