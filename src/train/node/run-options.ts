/** What a whole training is asked for, what it tells on its way, and what comes out. */
import type { EvaluationJson } from "../../evaluate/index.ts";
import type { NodeDevice } from "../../runtime/node.ts";

/** What happens during a training, for whoever shows it. */
export type TrainingEvent =
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "step"; readonly progress: TrainingProgress }
  | { readonly type: "checkpoint"; readonly samples: number; readonly path: string }
  | { readonly type: "validation"; readonly samples: number; readonly result: EvaluationJson; readonly best: boolean };

/** Where a training is after a step; loss and rates are averages over the last steps. */
export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  /** Samples seen, repeats counted. */
  readonly samples: number;
  readonly total: number;
  readonly loss: number;
  /** What the loss is the sum of, by name, such as `labels` and `teacher scores`; empty where it has one part only. */
  readonly lossParts: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly samplesPerSecond: number;
  /** Share of the time that was spent waiting for batches, 0 to 1. */
  readonly readerShare: number;
  readonly secondsLeft: number;
  readonly residentBytes: number;
}

export interface TrainingOptions {
  /** The folder of the data set. */
  readonly data: string;
  /** Its name, which the model file keeps. */
  readonly dataName: string;
  /** The folder of the run: new, or with `resume` that of a run. */
  readonly run: string;
  /** Where the network is trained and validated; a teacher stays on the processor. Default `cpu`. */
  readonly device?: NodeDevice;
  /** Go on from the newest checkpoint of the run, bit for bit. */
  readonly resume?: boolean;
  /** A model file of an earlier training: goes on at its sample number and place in the schedule. */
  readonly continueFrom?: string;
  /** An abort saves a checkpoint and ends the training. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainingEvent) => void;
}

export interface TrainingResult {
  readonly samples: number;
  /** False if it was stopped. */
  readonly finished: boolean;
  /** Path of the model file to use: the best one, of a training without validation the last one. */
  readonly model: string;
  /** The last validation; `undefined` if there was none, also since the training was resumed. */
  readonly validation: EvaluationJson | undefined;
}
