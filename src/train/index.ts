/** Training: solvers, the step on micro-batches, and the trainer that holds a network while it learns. */
export {
  adapterParameters,
  type Distillation,
  distillationTerms,
  type FeatureLesson,
  initializeAdapters,
  type ScoreLesson,
  type TeacherOutput,
} from "./distillation.ts";
export {
  buildTrainingGraph,
  type LossOptions,
  multipliersOf,
  type PlannedParameter,
  type PlanOptions,
  type StepPlan,
  type TrainingGraph,
  VOID_LABEL,
} from "./plan.ts";
export { PRESETS } from "./presets.ts";
export {
  ADAMW_DEFAULTS,
  type AdamWSolver,
  createSlots,
  type Multipliers,
  PAPER_SGD,
  type SgdSolver,
  type Solver,
  type UpdateStep,
  updateParameter,
} from "./solver.ts";
export { blendStatistics, unbiasedCorrection } from "./statistics.ts";
export type { GradientResult, MicroBatch, ParameterMap, StepHost, StepResult, TrainerState } from "./step-host.ts";
export { type StepOptions, Trainer, type TrainerOptions, type TrainingRuntime } from "./trainer.ts";
export { type TrainingMemoryOptions, trainingMemory } from "./training-memory.ts";
