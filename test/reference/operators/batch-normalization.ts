/** BatchNormalization over all axes but the channels (axis 1), with stored or with the batch's own statistics. */
import { at, build, elementCount, filled, forEachIndex, type NumericTensor } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";

/**
 * y = scale * (x - mean) / sqrt(variance + epsilon) + shift. In training mode mean and (biased) variance are those of
 * the batch, and the further outputs are running = running * momentum + batch * (1 - momentum).
 */
export function batchNormalization(call: OperatorCall): NumericTensor[] {
  const [input, scale, shift] = [call.input(0), call.input(1), call.input(2)];
  const [runningMean, runningVariance] = [call.input(3), call.input(4)];
  const epsilon = call.number("epsilon", 1e-5);
  const momentum = call.number("momentum", 0.9);
  const training = call.number("training_mode", 0) === 1;
  const mean = training ? channelMeans(input) : runningMean;
  const variance = training ? channelMeans(squaredDistance(input, mean)) : runningVariance;
  const normalized = build(input.shape, (index, flat) => {
    const c = at(index, 1);
    const centred = at(input.data, flat) - at(mean.data, c);
    return (at(scale.data, c) * centred) / Math.sqrt(at(variance.data, c) + epsilon) + at(shift.data, c);
  });
  if (!training) return [normalized];
  const update = (running: NumericTensor, batch: NumericTensor): NumericTensor =>
    build(running.shape, (_, c) => at(running.data, c) * momentum + at(batch.data, c) * (1 - momentum));
  return [normalized, update(runningMean, mean), update(runningVariance, variance)];
}

function channelMeans(input: NumericTensor): NumericTensor {
  const channels = at(input.shape, 1);
  const means = filled([channels], 0);
  const perChannel = elementCount(input.shape) / channels;
  forEachIndex(input.shape, (index, flat) => {
    const c = at(index, 1);
    means.data[c] = at(means.data, c) + at(input.data, flat) / perChannel;
  });
  return means;
}

function squaredDistance(input: NumericTensor, mean: NumericTensor): NumericTensor {
  return build(input.shape, (index, flat) => (at(input.data, flat) - at(mean.data, at(index, 1))) ** 2);
}
