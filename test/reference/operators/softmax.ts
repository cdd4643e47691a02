/** Softmax, its logarithm, and the cross-entropy loss of score maps. */
import { at, build, filled, type NumericTensor, read, scalar, withAt } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";

/** log softmax(x)_i = x_i - max - log(sum over j of exp(x_j - max)) along an axis */
function logSoftmaxAlong(input: NumericTensor, axis: number): NumericTensor {
  const size = at(input.shape, axis);
  return build(input.shape, (index) => {
    const line = Array.from({ length: size }, (_, i) => read(input, withAt(index, axis, i)));
    const max = Math.max(...line);
    const sum = line.reduce((total, x) => total + Math.exp(x - max), 0);
    return at(line, at(index, axis)) - max - Math.log(sum);
  });
}

export function logSoftmax(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  return [logSoftmaxAlong(input, call.axis(call.number("axis", -1), input.shape.length))];
}

export function softmax(call: OperatorCall): NumericTensor[] {
  return logSoftmax(call).map(({ shape, data }) => ({ shape, data: data.map(Math.exp) }));
}

/**
 * Scores `[N, C, d1, ...]`, labels `[N, d1, ...]`, optional class weights `[C]`. The mean divides by the sum of the
 * weights of the pixels that are not `ignore_index`; if there is none, the loss is 0 (ONNX leaves 0/0 open).
 */
export function softmaxCrossEntropyLoss(call: OperatorCall): NumericTensor[] {
  const [scores, labels, classWeights] = [call.input(0), call.input(1), call.optional(2)];
  const classes = at(scores.shape, 1);
  const reduction = call.text("reduction", "mean");
  const ignored = call.has("ignore_index") ? call.number("ignore_index") : undefined;
  if (labels.shape.join() !== scores.shape.filter((_, axis) => axis !== 1).join()) {
    call.fail(`labels for scores [${scores.shape.join(", ")}]`, `shape [${labels.shape.join(", ")}]`);
  }
  const logProbability = logSoftmaxAlong(scores, 1);
  const weights = filled(labels.shape, 0);
  const losses = build(labels.shape, (index, flat) => {
    const label = at(labels.data, flat);
    if (label === ignored) return 0;
    if (!(label >= 0 && label < classes)) call.fail(`labels from 0 to ${classes - 1}`, String(label));
    const [image, ...pixel] = index;
    const weight = classWeights === undefined ? 1 : at(classWeights.data, label);
    weights.data[flat] = weight;
    return -weight * read(logProbability, [image ?? 0, label, ...pixel]);
  });
  if (reduction === "none") return [losses, logProbability];
  const sum = (tensor: NumericTensor): number => tensor.data.reduce((total, value) => total + value, 0);
  if (reduction === "sum") return [scalar(sum(losses)), logProbability];
  if (reduction !== "mean") call.fail("reduction mean, sum or none", reduction);
  const total = sum(weights);
  return [scalar(total === 0 ? 0 : sum(losses) / total), logProbability];
}
