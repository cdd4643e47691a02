/** What the training of a forest and its workers say to each other. */
import type { TrainedTree, TrainForestOptions, TrainingPhotos } from "../../proposals/index.ts";

/** What a worker is started with; the arrays of the photos lie in memory that all workers share. */
export interface ForestPlan {
  readonly photos: TrainingPhotos;
  readonly options: TrainForestOptions;
}

/** A worker is sent the number of a tree; it tells how many nodes the tree has by now, and at its end the tree. */
export type ForestReply =
  | { readonly tree: number; readonly nodes: number }
  | { readonly tree: number; readonly trained: TrainedTree };
