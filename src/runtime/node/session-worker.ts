/** Worker entry: holds one session, so that its runs do not block the thread that asked for them. */
import { BackendError } from "../../errors.ts";
import { type EngineOptions, EngineSession, type ModelSource, type Tensors } from "../engine.ts";
import { buffersOf } from "../rpc.ts";
import { loadRuntime } from "./load-runtime.ts";
import { requireDevice } from "./require-device.ts";
import { serveDevice } from "./serve-device.ts";

let session: EngineSession | undefined;

serveDevice(
  (device) => ({
    async open([model, options]) {
      const ort = loadRuntime();
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
  }),
  async () => session?.release(),
);
