/** Loads onnxruntime-node, which is an optional dependency. */
import { createRequire } from "node:module";
import { BackendError } from "../../errors.ts";
import type { OrtModule } from "../ort-module.ts";

/** @throws {BackendError} with the line that installs it, if it is missing or its binary does not load. */
export function loadRuntime(): OrtModule {
  const require = createRequire(import.meta.url);
  try {
    return require("onnxruntime-node") as OrtModule;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
    throw new BackendError(
      `loadRuntime: expected the package onnxruntime-node, got: ${reason}. Add it with: npm install onnxruntime-node --onnxruntime-node-install=skip`,
      { cause: error },
    );
  }
}

/** The version of onnxruntime-node that {@link loadRuntime} loads. */
export function runtimeVersion(): string {
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return version;
}
