/** Gradients of ONNX graphs as ONNX graphs. */
export { differentiate, type GradientGraph, type GradientOptions } from "./gradient.ts";
export type { Rule, RuleContext } from "./rule.ts";
export { convolutionWeightGradient } from "./weight-gradient.ts";
export type { WeightGradientForm, WeightGradientProblem } from "./weight-gradient-forms.ts";
export * as weightGradientForms from "./weight-gradient-forms.ts";
