import { expect, it } from "vitest";
import { compileBoxSearch } from "../../scripts/compile-kernels/compile-box-search.ts";
import { BOX_SEARCH_WASM } from "./box-search-wasm.ts";

it("is what the AssemblyScript source compiles to; scripts/compile-kernels.ts writes it anew", async () => {
  expect(BOX_SEARCH_WASM).toBe(Buffer.from(await compileBoxSearch()).toString("base64"));
}, 60_000);
