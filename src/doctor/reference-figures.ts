/**
 * What the check network gives: computed in float64 by the interpreter of test/reference, by
 * scripts/make-doctor-reference.ts. ONNX Runtime 1.30 on an x86-64 processor and as WebAssembly, in both forms of the
 * network, differs by 5.2e-6 of a figure at most; the two forms in float64 by 2e-12.
 */
import type { ReferenceFigure } from "./compare-figures.ts";

export const REFERENCE_FIGURES: readonly ReferenceFigure[] = [
  { name: "score of class 1 at (18, 45) of image 0", value: 0.571469528 },
  { name: "score of class 2 at (41, 28) of image 1", value: -1.50830454 },
  { name: "score of class 0 at (8, 60) of image 2", value: -4.09127392 },
  { name: "root mean square of all scores", value: 5.44710879 },
  { name: "loss before the step", value: 2.81489908 },
  { name: "norm of the gradient of seg-score-voc.weight", value: 2.19640141 },
  { name: "norm of the gradient of deconv1_1.weight", value: 0.0876230503 },
  { name: "norm of the gradient of deconv5_1.weight", value: 0.00735390639 },
  { name: "norm of the gradient of fc6-deconv.weight", value: 0.00228303881 },
  { name: "norm of the gradient of bn3_1.scale", value: 0.00023265562 },
  { name: "norm of the gradient of conv1_1.weight", value: 0.0038222721 },
  { name: "loss after the step", value: 2.43422649 },
];
