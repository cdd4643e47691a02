/** Compiles a module that travels inside the package, with an error that says what the platform lacks. */
import { BackendError } from "../errors.ts";
import { decodeBase64 } from "./decode-base64.ts";

/** @throws {BackendError} where there is no WebAssembly with SIMD. */
export function compileModule(base64: string): WebAssembly.Module {
  try {
    return new WebAssembly.Module(decodeBase64(base64));
  } catch (cause) {
    throw new BackendError(
      "compileModule: expected WebAssembly with SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or later), " +
        `got: ${(cause as Error).message}. Update the platform, or allow WebAssembly in the page's security policy.`,
      { cause },
    );
  }
}
