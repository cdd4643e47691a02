/** Worker entry: holds a training session with its parameters. */
import { BackendError } from "../../errors.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { DeviceName, EngineOptions, Handler } from "../../runtime/index.ts";
import { loadRuntime, requireDevice, serveDevice } from "../../runtime/node.ts";
import { openStepEngine } from "../open-step-engine.ts";
import type { StepPlan } from "../plan.ts";
import type { MicroBatch, ParameterMap, StepHost, TrainerState } from "../step-host.ts";
import { parameterBuffers, stateBuffers } from "./state-buffers.ts";

let engine: StepHost | undefined;

function opened(): StepHost {
  if (engine === undefined) throw new BackendError("step-worker: expected an open trainer, got none.");
  return engine;
}

const handlersFor = (device: DeviceName): Readonly<Record<string, Handler>> => ({
  async open([plan, parameters, options]) {
    const ort = loadRuntime();
    requireDevice(device);
    engine = await openStepEngine(ort, plan as StepPlan, parameters as ParameterMap, options as EngineOptions, device);
    return { value: undefined, transfer: [] };
  },
  async step([batches, learningRate], signal) {
    return { value: await opened().step(batches as MicroBatch[], learningRate as number, signal), transfer: [] };
  },
  async gradients([batches], signal) {
    const value = await opened().gradients(batches as MicroBatch[], signal);
    return { value, transfer: [...value.gradients.values()].map(({ buffer }) => buffer as ArrayBuffer) };
  },
  async estimateStatistics([images, averaged], signal) {
    const value = await opened().estimateStatistics(images as Tensor[], averaged as boolean, signal);
    return { value, transfer: parameterBuffers(value) };
  },
  async assign([parameters]) {
    await opened().assign(parameters as ParameterMap);
    return { value: undefined, transfer: [] };
  },
  async state() {
    const value = await opened().state();
    return { value, transfer: stateBuffers(value) };
  },
  async restore([state]) {
    await opened().restore(state as TrainerState);
    return { value: undefined, transfer: [] };
  },
});

serveDevice(handlersFor, async () => engine?.dispose());
