/** Scores of label maps against the truth: confusion matrix, IoU, their table and JSON. */
export { type LabelMap, labelMap, VOID } from "../labels/index.ts";
export { ConfusionMatrix } from "./confusion-matrix.ts";
export { type EvaluationJson, evaluationJson, formatScores } from "./report.ts";
export { type ClassScore, type Scores, scoresOf } from "./scores.ts";
