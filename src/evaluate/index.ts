export { ConfusionMatrix } from "./confusion-matrix.ts";
export { type EvaluationJson, evaluationJson, formatScores } from "./report.ts";
export { type ClassScore, type Scores, scoresOf } from "./scores.ts";
