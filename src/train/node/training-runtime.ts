/** The trainer's thread in Node: a worker, since the runtime blocks the thread that it runs in. */
import { type EngineOptions, pickEngineOptions } from "../../runtime/index.ts";
import { spawnWorker } from "../../runtime/node.ts";
import type { StepPlan } from "../plan.ts";
import type { GradientResult, ParameterMap, StepHost, StepResult, TrainerState } from "../step-engine.ts";
import type { TrainingRuntime } from "../trainer.ts";
import { parameterBuffers } from "./state-buffers.ts";

/** The processor. */
export const nodeTraining: TrainingRuntime = Object.freeze({
  openTraining,
  availableMemory: () => process.availableMemory(),
});

async function openTraining(plan: StepPlan, parameters: ParameterMap, options: EngineOptions): Promise<StepHost> {
  const { client, terminate } = spawnWorker(new URL("./step-worker.js", import.meta.url));
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
