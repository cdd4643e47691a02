/** The loss of a step and its parts, added up over the micro-batches. */
import type { Tensor } from "../onnx/index.ts";
import type { StepPlan } from "./plan.ts";

export class LossSum {
  readonly #plan: Pick<StepPlan, "loss" | "lossParts">;
  readonly #batches: number;
  loss = 0;
  readonly lossParts = new Map<string, number>();

  /** @param batches - Over how many micro-batches the mean is taken. */
  constructor(plan: Pick<StepPlan, "loss" | "lossParts">, batches: number) {
    this.#plan = plan;
    this.#batches = batches;
  }

  /** @param outputs - What the gradient graph put out for a micro-batch. */
  add(outputs: Readonly<Record<string, Tensor>>): void {
    const share = (output: string): number => Number(outputs[output]?.data[0] ?? Number.NaN) / this.#batches;
    this.loss += share(this.#plan.loss);
    for (const [name, output] of this.#plan.lossParts) {
      this.lossParts.set(name, (this.lossParts.get(name) ?? 0) + share(output));
    }
  }
}
