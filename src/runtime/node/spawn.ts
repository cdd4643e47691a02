/** Starts a worker thread that answers calls, and speaks to it. */
import { Worker } from "node:worker_threads";
import { BackendError } from "../../errors.ts";
import type { DeviceName } from "../devices.ts";
import { type Port, RpcClient } from "../rpc.ts";
import { shareDeviceLock } from "./device-lock.ts";

export interface WorkerConnection {
  readonly client: RpcClient;
  /** Rejects pending calls and ends the thread, once the call under way has: the runtime does not survive being cut off. */
  terminate(): Promise<void>;
}

/**
 * @param entry - The compiled worker entry, as a URL; it calls `serveDevice`. An idle worker does not keep the process alive.
 * @param device - What it will use.
 */
export function spawnWorker(entry: URL, device: DeviceName): WorkerConnection {
  shareDeviceLock();
  // Without the flags of this process: those of `node --input-type=module --eval` would stop the thread.
  const worker = new Worker(entry, { execArgv: [], workerData: device });
  worker.unref();
  const client = new RpcClient(portOf(worker), (busy) => (busy ? worker.ref() : worker.unref()));
  worker.on("error", (error) =>
    client.close(
      new BackendError(`worker: expected the thread to keep running, got: ${error.message}`, { cause: error }),
    ),
  );
  worker.on("exit", (code) =>
    client.close(new BackendError(`worker: expected the thread to keep running, got its end with code ${code}.`)),
  );
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  return {
    client,
    async terminate() {
      client.close(new BackendError("worker: expected an open session, got one that was disposed."));
      worker.ref();
      await ended;
    },
  };
}

/** What this package needs of a worker or of a worker's parent port. */
interface NodePort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  close?(): void;
}

export function portOf(port: NodePort): Port {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    onMessage: (listener) => port.on("message", listener),
    close: () => port.close?.(),
  };
}
