/** Training in Node: the trainer's thread, and runs with their folders. */

export type { TrainConfig } from "./config.ts";
export { configJsonSchema } from "./config-schema.ts";
export { configYaml } from "./config-yaml.ts";
export { type FoundCheckpoint, readNewestCheckpoint, writeCheckpoint } from "./node/checkpoint.ts";
export { RunFolder } from "./node/run-folder.ts";
export type { TrainingEvent, TrainingOptions, TrainingProgress, TrainingResult } from "./node/run-options.ts";
export { runTraining } from "./node/run-training.ts";
export { type SuggestedConfig, type SuggestOptions, suggestConfig } from "./node/suggest-config.ts";
export { createNodeTraining, nodeTraining } from "./node/training-runtime.ts";
export { readTrainConfig } from "./read-config.ts";
