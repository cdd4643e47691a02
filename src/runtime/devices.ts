/** What networks run on, and what a user may ask for. */
import { OptionError } from "../errors.ts";
import type { NetForm } from "../nets/index.ts";

/** The processor, the graphics processor through WebGPU or CUDA, and in pages the processor through WebAssembly. */
export type DeviceName = "cpu" | "webgpu" | "cuda" | "wasm";

/** What may be asked for in Node; `auto` takes the fastest that is there, and says which. */
export const DEVICE_CHOICES = Object.freeze(["cpu", "webgpu", "cuda", "auto"] as const);

export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** @throws {OptionError} if there is no such device. */
export function parseDeviceChoice(text: string): DeviceChoice {
  const choice = DEVICE_CHOICES.find((name) => name === text);
  if (choice !== undefined) return choice;
  throw new OptionError(`device: expected one of ${DEVICE_CHOICES.join(", ")}, got "${text}".`);
}

/** In which form a net is built for a device: only the processor has pooling with switches and batch norm as operators. */
export function netFormFor(device: string): NetForm {
  return device === "webgpu" || device === "cuda" ? "portable" : "native";
}

/** More threads than any machine's processors use well. */
export const MAX_THREADS = 256;

/** @throws {OptionError} for a number of threads that no machine has. */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) return;
  throw new OptionError(
    `threads: expected a whole number from 1 to ${MAX_THREADS}, got ${threads}. Leave it out for all cores.`,
  );
}
