/** The training step for a device: with its parameters in the device's memory where the runtime can leave them there. */
import type { DeviceName, EngineOptions, OrtModule } from "../runtime/index.ts";
import { DeviceStepEngine } from "./device-step-engine.ts";
import type { StepPlan } from "./plan.ts";
import { StepEngine } from "./step-engine.ts";
import type { ParameterMap, StepHost } from "./step-host.ts";

/** Takes the parameters over. */
export async function openStepEngine(
  ort: OrtModule,
  plan: StepPlan,
  parameters: ParameterMap,
  options: EngineOptions,
  device: DeviceName,
): Promise<StepHost> {
  // Of the devices, the runtime's bindings for JavaScript give out the memory of WebGPU only.
  const Engine = device === "webgpu" ? DeviceStepEngine : StepEngine;
  return await Engine.open(ort, plan, parameters, options, device);
}
