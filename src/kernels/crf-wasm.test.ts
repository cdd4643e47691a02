import { expect, it } from "vitest";
import { compileCrf } from "../../scripts/compile-kernels/compile-crf.ts";
import { CRF_WASM, CRF_WASM_SHARED } from "./crf-wasm.ts";

it("is what the AssemblyScript sources compile to; scripts/compile-kernels.ts writes it anew", async () => {
  expect(CRF_WASM).toBe(Buffer.from(await compileCrf("own")).toString("base64"));
  expect(CRF_WASM_SHARED).toBe(Buffer.from(await compileCrf("shared")).toString("base64"));
}, 60_000);
