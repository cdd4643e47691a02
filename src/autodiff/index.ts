/** Gradients of ONNX graphs as ONNX graphs. */
export { differentiate, type GradientGraph, type GradientOptions } from "./gradient.ts";
export type { Rule, RuleContext } from "./rule.ts";
export { convolutionWeightGradient, type WeightGradientProblem } from "./weight-gradient.ts";
