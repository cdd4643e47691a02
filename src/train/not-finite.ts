/** Which numbers of a training step went wrong first. */
import type { Tensor } from "../onnx/index.ts";

/** Names the layer, in the weights, else in the gradients. */
export function describeNotFinite(
  loss: number,
  gradients: Iterable<readonly [string, Float32Array]>,
  parameters: ReadonlyMap<string, Tensor>,
): string {
  const isBroken = (data: ArrayLike<number | bigint>) =>
    Array.prototype.some.call(data, (value) => !Number.isFinite(value));
  const weight = [...parameters].find(([, { data }]) => isBroken(data))?.[0];
  const gradient = [...gradients].find(([, data]) => isBroken(data))?.[0];
  const where =
    weight !== undefined
      ? `the parameter "${weight}" is not finite`
      : gradient !== undefined
        ? `the gradient of "${gradient}" is not finite`
        : "all parameters are finite";
  return `step: expected a finite loss, got ${loss}; ${where}. Lower the learning rate or go back to an earlier state.`;
}
