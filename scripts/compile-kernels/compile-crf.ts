/** Compiles the CRF's AssemblyScript to WebAssembly; `compile-kernels.ts` stores the result, a test compares the two. */
import asc from "assemblyscript/asc";

/** The AssemblyScript sources whose exports are the module's, from the project root; they import the others. */
export const CRF_SOURCES: readonly string[] = [
  "src/kernels/assembly/splat.ts",
  "src/kernels/assembly/blur.ts",
  "src/kernels/assembly/slice.ts",
  "src/kernels/assembly/subtract-product.ts",
  "src/kernels/assembly/softmax.ts",
  "src/kernels/assembly/lattice.ts",
];

/**
 * @param memory - `shared` for a module that takes a memory shared by threads.
 * @returns The module's bytes; the same for the same compiler.
 */
export async function compileCrf(memory: "own" | "shared"): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...CRF_SOURCES,
      "--outFile=crf.wasm",
      "-O3",
      "--noAssert",
      "--runtime=stub",
      "--enable=simd",
      "--importMemory",
      "--noExportMemory",
      "--initialMemory=0",
      ...(memory === "shared" ? ["--enable=threads", "--sharedMemory", "--maximumMemory=65536"] : []),
    ],
    {
      writeFile: (name, contents) => {
        if (name === "crf.wasm" && typeof contents !== "string") bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined)
    throw new Error(`The compiler refused ${CRF_SOURCES.join(", ")}:\n${stderr.toString()}`);
  return bytes;
}
