/** What to tell of a model or a device that ONNX Runtime refuses, from its message. */
import { BackendError, FormatError } from "../errors.ts";

/** The runtime's message when a node has no kernel on the device, and the processor may not stand in. */
const FALLBACK = /fallback to CPU EP has been explicitly disabled/;

/** Whether a session was refused for nodes that the device cannot run. */
export function isFallback(cause: unknown): boolean {
  return FALLBACK.test(firstLine(cause));
}

/**
 * The error for a session that could not be opened.
 *
 * @param kernels - Operators that the device has no kernel for, as far as they are known.
 */
export function refusalOf(cause: unknown, device: string, kernels: readonly string[] = []): BackendError | FormatError {
  const reason = firstLine(cause);
  const [, missing] = /External data path does not exist: "([^"]*)"/.exec(reason) ?? [];
  if (missing !== undefined) {
    return new FormatError(
      `createSession: expected the file that holds the model's numbers, got none at ${missing}. Put it back beside the model.`,
      { cause },
    );
  }
  const [, tensor, offset, size, length] =
    /External initializer: (\S+) offset: (\d+) size to read: (\d+) given file_length: (\d+)/.exec(reason) ?? [];
  if (tensor !== undefined) {
    return new FormatError(
      `createSession: expected at least ${Number(offset) + Number(size)} bytes in the file that holds "${tensor}", got ${length}. Fetch or copy it again.`,
      { cause },
    );
  }
  if (FALLBACK.test(reason)) {
    const which = kernels.length === 0 ? "" : `: ${kernels.join(", ")}`;
    return new BackendError(
      `createSession: expected a graph that ${device} runs all of, got nodes that it has no kernel for${which}. Build the net in the portable form: unpooling "portable", batchNorm "primitives".`,
      { cause },
    );
  }
  if (/no available backend found/.test(reason)) {
    return new BackendError(
      `createSession: expected a platform and a build of ONNX Runtime with ${device}, got none (${reason}). Use another device.`,
      { cause },
    );
  }
  if (/Failed to get a WebGPU adapter/.test(reason)) {
    return new BackendError(
      "createSession: expected a graphics processor with a driver for WebGPU, got none. Update its driver, or use --device cpu.",
      { cause },
    );
  }
  return new BackendError(
    `createSession: expected a model that ONNX Runtime loads, got one that it refuses: ${reason}`,
    { cause },
  );
}

/** The error for a run that did not finish. */
export function failureOf(cause: unknown, device: string): BackendError {
  const way =
    device === "cpu" || device === "wasm"
      ? ""
      : ". The device or its driver failed: start again, with a smaller batch or --device cpu.";
  return new BackendError(
    `run: expected ONNX Runtime to finish on ${device}, got its error: ${firstLine(cause)}${way}`,
    {
      cause,
    },
  );
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n", 1)[0] ?? message).trim();
}
