/** Compiles the AssemblyScript of the box search; `compile-kernels.ts` stores the result, a test compares the two. */

import asc from "assemblyscript/asc";

/** The AssemblyScript source, from the project root. */
export const BOX_SEARCH_SOURCE = "src/kernels/assembly/box-search.ts";

/** @returns The module's bytes; the same for the same compiler. */
export async function compileBoxSearch(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      BOX_SEARCH_SOURCE,
      "--outFile=box-search.wasm",
      "-O3",
      "--noAssert",
      "--runtime=stub",
      "--importMemory",
      "--noExportMemory",
      "--initialMemory=0",
    ],
    {
      writeFile: (name, contents) => {
        if (name === "box-search.wasm" && typeof contents !== "string") bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined) {
    throw new Error(`The compiler refused ${BOX_SEARCH_SOURCE}:\n${stderr.toString()}`);
  }
  return bytes;
}
