/** The gradients of a step, summed over its micro-batches: whole, or as factors. */
import { BackendError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import type { FactorProduct, Factors, GradientPiece } from "./factor-product.ts";
import type { StepPlan } from "./plan.ts";

export class GradientSum {
  readonly #plan: Pick<StepPlan, "trained" | "factors">;
  readonly #product: FactorProduct;
  readonly #whole = new Map<string, Float32Array>();
  readonly #factors = new Map<string, Factors[]>();
  #count = 0;

  constructor(plan: Pick<StepPlan, "trained" | "factors">, product: FactorProduct) {
    this.#plan = plan;
    this.#product = product;
  }

  /** Takes what the gradient graph put out for a micro-batch: the first arrays become the sums. */
  add(outputs: Readonly<Record<string, Tensor>>): void {
    for (const { name, gradient } of this.#plan.trained) {
      const factors = this.#plan.factors.get(gradient);
      if (factors === undefined) addInto(this.#whole, name, required(outputs, gradient).data as Float32Array);
      else {
        const pair = { left: required(outputs, factors.left), right: required(outputs, factors.right) };
        this.#factors.set(name, [...(this.#factors.get(name) ?? []), pair]);
      }
    }
    this.#count++;
  }

  /** The mean over the micro-batches, for one parameter; to be asked for once. */
  async *pieces(name: string): AsyncGenerator<GradientPiece> {
    const [whole, factors] = [this.#whole.get(name), this.#factors.get(name)];
    if (whole !== undefined) yield { offset: 0, data: this.#mean(whole) };
    else if (factors === undefined) throw new BackendError(`step: expected a gradient of "${name}", got none.`);
    else for await (const { offset, data } of this.#product.pieces(factors)) yield { offset, data: this.#mean(data) };
  }

  /** All numbers that there are of gradients, by the parameter's name. */
  *arrays(): Generator<readonly [string, Float32Array]> {
    yield* this.#whole;
    for (const [name, pairs] of this.#factors)
      for (const { left, right } of pairs) for (const { data } of [left, right]) yield [name, data as Float32Array];
  }

  #mean(sum: Float32Array): Float32Array {
    if (this.#count > 1) for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! / this.#count;
    return sum;
  }
}

function addInto(sums: Map<string, Float32Array>, name: string, gradient: Float32Array): void {
  const sum = sums.get(name);
  if (sum === undefined) sums.set(name, gradient);
  else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + gradient[i]!;
}

function required(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = outputs[name];
  if (!(tensor?.data instanceof Float32Array)) throw new BackendError(`step: expected an output "${name}", got none.`);
  return tensor;
}
