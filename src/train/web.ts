/** Training in a page or a page's worker, in the thread that calls. */
import { loadWebRuntime, type WebRuntimeOptions } from "../runtime/web.ts";
import { StepEngine } from "./step-engine.ts";
import type { TrainingRuntime } from "./trainer.ts";

export async function createWebTraining(options: WebRuntimeOptions = {}): Promise<TrainingRuntime> {
  const ort = await loadWebRuntime(options);
  return {
    openTraining: (plan, parameters, engineOptions) => StepEngine.open(ort, plan, parameters, engineOptions, ["wasm"]),
    availableMemory: () => undefined,
  };
}
