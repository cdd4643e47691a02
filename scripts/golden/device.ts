/** What the golden cases run on. */
import type { Runtime } from "deconvnet";
import { createNodeRuntime, createNodeTraining, nodeRuntime, nodeTraining } from "deconvnet/node";
import type { TrainingRuntime } from "deconvnet/train";

export interface GoldenDevice {
  readonly runtime: Runtime;
  readonly training: TrainingRuntime;
}

export const PROCESSOR: GoldenDevice = { runtime: nodeRuntime, training: nodeTraining };

export const GOLDEN_DEVICES = ["cpu", "webgpu", "cuda"] as const;

export type GoldenDeviceName = (typeof GOLDEN_DEVICES)[number];

export async function goldenDevice(device: GoldenDeviceName): Promise<GoldenDevice> {
  const [runtime, training] = [await createNodeRuntime({ device }), await createNodeTraining({ device })];
  return { runtime, training };
}

/** Kinds of cases that run on a device; the others are arithmetic of this package. */
export function runsOnDevice(name: string): boolean {
  return name.startsWith("ops-") || name.startsWith("net-");
}
