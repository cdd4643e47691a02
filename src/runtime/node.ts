/** ONNX Runtime in Node: every session in a worker thread of its own, since `run` blocks. */
import type { EngineOptions, ModelSource, Tensors } from "./engine.ts";
import { spawnWorker } from "./node/spawn.ts";
import { buffersOf } from "./rpc.ts";
import type { Runtime, SessionHost } from "./session.ts";

/** The processor. */
export const nodeRuntime: Runtime = Object.freeze({
  device: "cpu",
  open: openSession,
  availableMemory: () => process.availableMemory(),
});

async function openSession(model: ModelSource, options: EngineOptions): Promise<SessionHost> {
  const { client, terminate } = spawnWorker(new URL("./node/session-worker.js", import.meta.url));
  let names: Pick<SessionHost, "inputNames" | "outputNames">;
  try {
    names = await client.call("open", [model, options]);
  } catch (error) {
    await terminate();
    throw error;
  }
  return {
    ...names,
    run: (feeds, fetch, { signal, transfer }) =>
      client.call<Tensors>("run", [feeds, fetch], { signal, transfer: transfer ? buffersOf(feeds) : [] }),
    dispose: terminate,
  };
}

export { loadRuntime } from "./node/load-runtime.ts";
export { portOf, spawnWorker, type WorkerConnection } from "./node/spawn.ts";
