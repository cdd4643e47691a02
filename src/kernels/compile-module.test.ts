import { expect, test } from "vitest";
import { BackendError } from "../errors.ts";
import { compileModule } from "./compile-module.ts";

test("a module that the platform does not take is a BackendError that says what is needed", () => {
  // The head of a module, then a section that no engine knows.
  const strange = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99, 1, 0]).toString("base64");
  expect(() => compileModule(strange)).toThrow(BackendError);
  expect(() => compileModule(strange)).toThrow(
    /expected WebAssembly with SIMD \(Node 16\.4, .*, got: WebAssembly\.Module/,
  );
});
