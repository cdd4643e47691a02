/** Starts a worker thread that answers calls, and speaks to it. */
import { Worker } from "node:worker_threads";
import { BackendError } from "../../errors.ts";
import { type Port, RpcClient } from "../rpc.ts";

export interface WorkerConnection {
  readonly client: RpcClient;
  /** Ends the thread; calls that are pending are rejected. */
  terminate(): Promise<void>;
}

/** @param entry - The compiled worker entry, as a URL. An idle worker does not keep the process alive. */
export function spawnWorker(entry: URL): WorkerConnection {
  // Without the flags of this process: those of `node --input-type=module --eval` would stop the thread.
  const worker = new Worker(entry, { execArgv: [] });
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
  return {
    client,
    async terminate() {
      client.close(new BackendError("worker: expected an open session, got one that was disposed."));
      await worker.terminate();
    },
  };
}

/** What this package needs of a worker or of a worker's parent port. */
interface NodePort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

export function portOf(port: NodePort): Port {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    onMessage: (listener) => port.on("message", listener),
  };
}
