/**
 * One thread at a time on WebGPU. ONNX Runtime (1.30) keeps one WebGPU context for the whole process and guards it against nothing:
 * two threads that run at once end in "CommandEncoder is already finished" or in the end of the process. Runs block their thread
 * anyway, so that waiting may block it too.
 */
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

/** Environment data are handed down to every worker thread that is started later. */
const NAME = "deconvnet.webgpu";
const OPEN = 0;
const HELD = 1;

/** Makes the lock known to the threads that this one starts. */
export function shareDeviceLock(): void {
  if (getEnvironmentData(NAME) === undefined) setEnvironmentData(NAME, new SharedArrayBuffer(4));
}

/** Waits until no other thread is on the device, and keeps them off until the work is done. */
export async function withDeviceLock<T>(work: () => Promise<T>): Promise<T> {
  const state = new Int32Array(getEnvironmentData(NAME) as unknown as SharedArrayBuffer);
  while (Atomics.compareExchange(state, 0, OPEN, HELD) !== OPEN) Atomics.wait(state, 0, HELD);
  try {
    return await work();
  } finally {
    Atomics.store(state, 0, OPEN);
    Atomics.notify(state, 0, 1);
  }
}
