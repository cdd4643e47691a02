/** A trainer's state as named tensors, for files. */
import type { Tensor } from "../onnx/index.ts";
import type { TrainerState } from "./step-host.ts";

export type Tensors = ReadonlyMap<string, Tensor>;

/** `parameter/conv1_1.weight`, `solver/0/conv1_1.weight`, `average/conv1_1.weight`. */
export function packState({ parameters, solver, average }: TrainerState): Tensors {
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of parameters) tensors.set(`parameter/${name}`, tensor);
  for (const [name, slots] of solver) {
    for (const [slot, data] of slots.entries()) tensors.set(`solver/${slot}/${name}`, vector(data));
  }
  for (const [name, data] of average) tensors.set(`average/${name}`, vector(data));
  return tensors;
}

/** The state in the tensors of {@link packState}. */
export function unpackState(tensors: Tensors, step: number): TrainerState {
  const state: TrainerState = { step, parameters: new Map(), solver: new Map(), average: new Map() };
  for (const [key, tensor] of tensors) {
    const [kind = "", ...rest] = key.split("/");
    const data = tensor.data as Float32Array;
    if (kind === "parameter") state.parameters.set(rest.join("/"), tensor);
    else if (kind === "average") state.average.set(rest.join("/"), data);
    else {
      const name = rest.slice(1).join("/");
      const slots = state.solver.get(name) ?? [];
      slots[Number(rest[0])] = data;
      state.solver.set(name, slots);
    }
  }
  return state;
}

/** The first number that is infinite or not a number, in words. */
export function findNotFinite(tensors: Tensors): string | undefined {
  for (const [name, { data }] of tensors) {
    const values = data as Float32Array;
    for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return `${values[i]} in "${name}"`;
  }
  return undefined;
}

function vector(data: Float32Array): Tensor {
  return { type: "float32", shape: [data.length], data };
}
