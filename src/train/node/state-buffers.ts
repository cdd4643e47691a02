/** The buffers of a trainer's state, for handing them over between threads. */
import type { ParameterMap, TrainerState } from "../step-host.ts";

export function parameterBuffers(parameters: ParameterMap): ArrayBuffer[] {
  return [...parameters.values()].map(({ data }) => data.buffer as ArrayBuffer);
}

export function stateBuffers({ parameters, solver, average }: TrainerState): ArrayBuffer[] {
  return [
    ...parameterBuffers(parameters),
    ...[...[...solver.values()].flat(), ...average.values()].map(({ buffer }) => buffer as ArrayBuffer),
  ];
}
