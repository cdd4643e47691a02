/**
 * SoftmaxCrossEntropyLoss: (probability - one-hot) times the pixel's weight; 0 at void pixels.
 *
 * @see Noh, Hong, Han, ICCV 2015; Caffe's SoftmaxWithLoss, normalised by the number of pixels that are not void.
 */
import { OptionError } from "../../errors.ts";
import { lossTerms } from "../../onnx/index.ts";
import type { Rule } from "../rule.ts";

export const softmaxCrossEntropyLoss: Rule = ({ g, node, attributes, inputs, outputs, gradients, input }) => {
  const [upstream, logProbabilityGradient] = gradients;
  if (logProbabilityGradient !== undefined) {
    throw new OptionError(
      `differentiate: expected only the loss of "${node.name}" to be used, got a gradient for its second output too.`,
    );
  }
  if (upstream === undefined) return [];
  const terms = lossTerms(g, { scores: input(0), labels: input(1), classWeights: inputs[2], attributes });
  const logProbability = outputs[1] ?? g.op("LogSoftmax", [input(0)], { axis: 1 });
  const difference = g.sub(g.op("Exp", [logProbability]), terms.oneHot);
  const share = terms.divisor === undefined ? terms.pixelWeight : g.div(terms.pixelWeight, terms.divisor);
  const perPixel = upstream.shape.length === 0 ? upstream : g.op("Unsqueeze", [upstream, g.ints([1])]);
  return [g.mul(difference, g.mul(share, perPixel))];
};
