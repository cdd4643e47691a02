/** Worker entry: holds one session, so that its runs do not block the thread that asked for them. */
import { parentPort } from "node:worker_threads";
import { BackendError } from "../../errors.ts";
import type { DeviceName } from "../devices.ts";
import { type EngineOptions, EngineSession, type ModelSource, type Tensors } from "../engine.ts";
import { buffersOf, type Handler, serve } from "../rpc.ts";
import { loadRuntime } from "./load-runtime.ts";
import { requireDevice } from "./require-device.ts";
import { portOf } from "./spawn.ts";

if (parentPort === null)
  throw new BackendError("session-worker: expected to be started as a worker thread, got the main thread.");

let session: EngineSession | undefined;

const handlers: Readonly<Record<string, Handler>> = {
  async open([model, options, name]) {
    const [ort, device] = [loadRuntime(), name as DeviceName];
    requireDevice(device);
    session = await EngineSession.open(ort, model as ModelSource, options as EngineOptions, device);
    const { inputNames, outputNames } = session;
    return { value: { inputNames, outputNames }, transfer: [] };
  },
  async run([feeds, fetch]) {
    if (session === undefined) throw new BackendError("session-worker: expected an open session, got none.");
    const outputs = await session.run(feeds as Tensors, fetch as readonly string[]);
    return { value: outputs, transfer: buffersOf(outputs) };
  },
};

serve(portOf(parentPort), handlers, async () => session?.release());
