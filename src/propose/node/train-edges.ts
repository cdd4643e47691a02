/** Trains a structured forest on the photos of a folder, its trees in worker threads. */
import { readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { BackendError, OptionError } from "../../errors.ts";
import { readPhotoSize } from "../../image/node.ts";
import {
  assembleForest,
  type EdgeForest,
  isTrainable,
  LEAST_SIDE,
  prepareTrainingPhoto,
  RANGE_PHOTOS,
  resolveTrainForestOptions,
  type TrainedTree,
  type TrainForestOptions,
  type TrainingPhoto,
  type TrainingPhotos,
  type TrainingScale,
  trainingBytes,
  trainingScale,
} from "../../proposals/index.ts";
import type { EdgeExamples } from "./edge-examples.ts";
import type { ForestPlan, ForestReply } from "./forest-messages.ts";

export interface TrainEdgesOptions extends Partial<Omit<TrainForestOptions, "description">> {
  /** Threads, one tree each; the forest does not depend on it. Default: the machine's cores. */
  readonly workers?: number;
  /** Replaces what the layout of the folder tells of the terms. */
  readonly terms?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainEdgesProgress) => void;
}

export type TrainEdgesProgress =
  | { readonly stage: "photos"; readonly done: number; readonly of: number }
  /** `nodes` of all trees so far. */
  | { readonly stage: "trees"; readonly done: number; readonly of: number; readonly nodes: number };

/**
 * Trains a forest; the same photos, options and seed give the same forest.
 *
 * @param examples - From `openEdgeExamples`.
 * @param options - {@link TrainEdgesOptions}; defaults `TRAIN_FOREST_DEFAULTS`.
 * @returns The forest; its description says what it was trained on, how, and on which terms.
 * @throws {OptionError} for options out of range, if no photo can be trained on, or if all do not fit in memory. `signal.reason` if cancelled.
 */
export async function trainEdges(examples: EdgeExamples, options: TrainEdgesOptions = {}): Promise<EdgeForest> {
  const { workers = availableParallelism(), terms = examples.terms, signal, onProgress, ...given } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    throw new OptionError(`trainEdges: expected 1 to 64 workers, got ${workers}.`);
  }
  const undescribed = resolveTrainForestOptions(given);
  const photos = await preparePhotos(examples, signal, onProgress);
  const resolved = { ...undescribed, description: describe(undescribed, examples, terms) };
  const trees = await growTrees({ photos, options: resolved }, Math.min(workers, resolved.trees), signal, onProgress);
  return assembleForest(trees, resolved);
}

function describe(options: TrainForestOptions, { name }: EdgeExamples, terms: string): string {
  const { trees, treesEvaluated, positives, negatives, featuresPerNode, seed } = options;
  return (
    `structured forest trained on ${name}: ${trees} trees, ${treesEvaluated} evaluated, ${positives} + ${negatives} patches ` +
    `a tree, ${featuresPerNode} features a node, seed ${seed}. ${terms}`
  );
}

async function preparePhotos(
  examples: EdgeExamples,
  signal: AbortSignal | undefined,
  onProgress: TrainEdgesOptions["onProgress"],
): Promise<TrainingPhotos> {
  const scale = await findScale(examples, signal);
  const photos: TrainingPhoto[] = [];
  for (let photo = 0; photo < examples.photos.length; photo++) {
    const example = await examples.read(photo);
    signal?.throwIfAborted();
    if (isTrainable(example)) photos.push(prepareTrainingPhoto(example, scale, sharedBytes));
    onProgress?.({ stage: "photos", done: photo + 1, of: examples.photos.length });
  }
  if (photos.length === 0) {
    throw new OptionError(
      `trainEdges: expected a photo of ${LEAST_SIDE} x ${LEAST_SIDE} px or more, got none of ${examples.photos.length}.`,
    );
  }
  return { photos, scale };
}

async function findScale(examples: EdgeExamples, signal: AbortSignal | undefined): Promise<TrainingScale> {
  const sizes: { readonly width: number; readonly height: number }[] = [];
  for (const path of examples.photos) {
    signal?.throwIfAborted();
    sizes.push(await readPhotoSize(await readFile(path), path));
  }
  checkTrainingMemory("trainEdges", trainingBytes(sizes), totalmem());
  const stride = Math.ceil(examples.photos.length / RANGE_PHOTOS);
  const images: Awaited<ReturnType<EdgeExamples["read"]>>["image"][] = [];
  for (let photo = 0; photo < examples.photos.length; photo += stride) {
    signal?.throwIfAborted();
    images.push((await examples.read(photo)).image);
  }
  return trainingScale(images, Math.max(...sizes.map(({ width }) => width)));
}

/** Of the machine's memory, what the photos may take. */
const MEMORY_SHARE = 0.7;

/** @throws {OptionError} if what is kept of the photos would take more than the machine can spare. */
export function checkTrainingMemory(caller: string, needed: number, machine: number): void {
  if (needed <= MEMORY_SHARE * machine) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new OptionError(
    `${caller}: expected photos that take at most ${gigabytes(MEMORY_SHARE * machine)} of this machine's ` +
      `${gigabytes(machine)}, got ${gigabytes(needed)}. Train on fewer of them (--list), or on smaller ones.`,
  );
}

function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Hands out tree after tree to whichever worker is free. */
async function growTrees(
  plan: ForestPlan,
  count: number,
  signal: AbortSignal | undefined,
  onProgress: TrainEdgesOptions["onProgress"],
): Promise<TrainedTree[]> {
  signal?.throwIfAborted();
  const { trees: total } = plan.options;
  const trees: TrainedTree[] = [];
  const nodes = new Int32Array(total);
  let [asked, done] = [0, 0];
  const entry = new URL("./forest-worker.js", import.meta.url);
  // Without the flags of this process: those of `node --input-type=module --eval` would stop the thread.
  const workers = Array.from({ length: count }, () => new Worker(entry, { workerData: plan, execArgv: [] }));
  let stop: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(signal?.reason);
      signal?.addEventListener("abort", stop);
      for (const worker of workers) {
        const ask = (): void => {
          if (asked < total) worker.postMessage(asked++);
        };
        worker.on("error", (error) => reject(workerFailed(error.message, error)));
        worker.on("exit", (code) => reject(workerFailed(`it ended with code ${code}`)));
        worker.on("message", (reply: ForestReply) => {
          if ("trained" in reply) {
            trees[reply.tree] = reply.trained;
            nodes[reply.tree] = reply.trained.children.length;
            done++;
            ask();
          } else {
            nodes[reply.tree] = reply.nodes;
          }
          onProgress?.({ stage: "trees", done, of: total, nodes: nodes.reduce((sum, own) => sum + own, 0) });
          if (done === total) resolve();
        });
        ask();
      }
    });
  } finally {
    if (stop !== undefined) signal?.removeEventListener("abort", stop);
    await Promise.all(workers.map((worker) => worker.removeAllListeners().terminate()));
  }
  return trees;
}

function workerFailed(reason: string, cause?: unknown): BackendError {
  return new BackendError(`trainEdges: expected a worker that trains trees, got: ${reason}.`, { cause });
}
