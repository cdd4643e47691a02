/** The trainer's thread in Node: a worker, since the runtime blocks the thread that it runs in. */
import { type EngineOptions, pickEngineOptions } from "../../runtime/index.ts";
import { type DeviceOptions, type NodeDevice, pickDevice, spawnWorker } from "../../runtime/node.ts";
import type { StepPlan } from "../plan.ts";
import type { GradientResult, ParameterMap, StepHost, StepResult, TrainerState } from "../step-host.ts";
import type { TrainingRuntime } from "../trainer.ts";
import { parameterBuffers } from "./state-buffers.ts";

/** The processor. */
export const nodeTraining: TrainingRuntime = trainingOn("cpu");

/** Training on a device; on WebGPU the parameters stay in its memory from step to step. */
export async function createNodeTraining(options: DeviceOptions = {}): Promise<TrainingRuntime> {
  return trainingOn(await pickDevice(options));
}

function trainingOn(device: NodeDevice): TrainingRuntime {
  return Object.freeze({
    device,
    openTraining: (plan: StepPlan, parameters: ParameterMap, options: EngineOptions) =>
      openTraining(plan, parameters, options, device),
    availableMemory: () => process.availableMemory(),
  });
}

async function openTraining(
  plan: StepPlan,
  parameters: ParameterMap,
  options: EngineOptions,
  device: NodeDevice,
): Promise<StepHost> {
  const { client, terminate } = spawnWorker(new URL("./step-worker.js", import.meta.url), device);
  try {
    await client.call("open", [plan, parameters, pickEngineOptions(options)], {
      transfer: parameterBuffers(parameters),
    });
  } catch (error) {
    await terminate();
    throw error;
  }
  return {
    step: (batches, learningRate, signal) => client.call<StepResult>("step", [batches, learningRate], { signal }),
    gradients: (batches, signal) => client.call<GradientResult>("gradients", [batches], { signal }),
    estimateStatistics: (images, averaged, signal) =>
      client.call<ParameterMap>("estimateStatistics", [images, averaged], { signal }),
    assign: (parameters) => client.call<void>("assign", [parameters]),
    state: () => client.call<TrainerState>("state", []),
    restore: (state) => client.call<void>("restore", [state]),
    dispose: terminate,
  };
}
