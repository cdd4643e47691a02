/** Training in Node: the trainer's thread, runs with their folders, evaluation on whole photos. */
export { type FoundCheckpoint, readNewestCheckpoint, writeCheckpoint } from "./node/checkpoint.ts";
export { RunFolder } from "./node/run-folder.ts";
export {
  runTraining,
  type TrainingEvent,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingResult,
} from "./node/run-training.ts";
export { nodeTraining } from "./node/training-runtime.ts";
export { evaluateModel } from "./node/validate.ts";
export { readTrainConfig } from "./read-config.ts";
