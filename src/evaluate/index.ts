/** Scores of label maps against the truth: confusion matrix, IoU, boundary F1, their table and JSON. */
export { type LabelMap, labelMap, VOID } from "../labels/index.ts";
export { BOOTSTRAP_DEFAULTS, type BootstrapOptions, bootstrapMeanIoU, type Interval } from "./bootstrap.ts";
export { BOUNDARY_DEFAULTS, type BoundaryOptions, boundaryF1 } from "./boundary-f1.ts";
export { type BoundaryScores, boundaryScores } from "./boundary-scores.ts";
export { classOrderNote } from "./class-order.ts";
export { ConfusionMatrix } from "./confusion-matrix.ts";
export { Evaluation, type EvaluationOptions, type ImageRecord } from "./evaluation.ts";
export { type ImageScores, imageScores, scoreImage, worstFirst } from "./image-scores.ts";
export { jsonText } from "./json-text.ts";
export { mergeEvaluations, readEvaluation } from "./read-evaluation.ts";
export {
  type EvaluationFile,
  type EvaluationJson,
  evaluationFile,
  evaluationJson,
  formatEvaluation,
  formatScores,
} from "./report.ts";
export { type ClassScore, type Scores, scoresOf } from "./scores.ts";
