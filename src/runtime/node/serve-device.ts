/** A worker thread's side: answers calls that use a device. */
import { parentPort, workerData } from "node:worker_threads";
import { BackendError } from "../../errors.ts";
import type { DeviceName } from "../devices.ts";
import { type Handler, serve } from "../rpc.ts";
import { withDeviceLock } from "./device-lock.ts";
import { portOf } from "./spawn.ts";

/**
 * @param handlersFor - Makes what answers, given the device that this thread was started for.
 * @param release - Frees what the handlers hold, when the caller closes.
 * @throws {BackendError} in the main thread.
 */
export function serveDevice(
  handlersFor: (device: DeviceName) => Readonly<Record<string, Handler>>,
  release: () => Promise<void>,
): void {
  if (parentPort === null)
    throw new BackendError("serveDevice: expected to be in a worker thread, got the main thread.");
  const device = workerData as DeviceName;
  const exclusively: <T>(work: () => Promise<T>) => Promise<T> =
    device === "webgpu" ? withDeviceLock : (work) => work();
  const handlers = Object.entries(handlersFor(device)).map(([name, handler]): [string, Handler] => [
    name,
    (args, signal) => exclusively(() => handler(args, signal)),
  ]);
  serve(portOf(parentPort), Object.fromEntries(handlers), () => exclusively(release));
}
