/** Training in a page or a page's worker, in the thread that calls. */
import { loadWebRuntime, type WebRuntimeOptions } from "../runtime/web.ts";
import { openStepEngine } from "./open-step-engine.ts";
import type { TrainingRuntime } from "./trainer.ts";

/** On WebGPU the parameters stay in the device's memory from step to step. */
export async function createWebTraining(options: WebRuntimeOptions = {}): Promise<TrainingRuntime> {
  const { device = "wasm" } = options;
  const ort = await loadWebRuntime(options);
  return {
    device,
    openTraining: (plan, parameters, engineOptions) => openStepEngine(ort, plan, parameters, engineOptions, device),
    availableMemory: () => undefined,
  };
}
