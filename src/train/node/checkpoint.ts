/** Checkpoints: everything that a training goes on from, written atomically, with a checksum; the one before stays. */
import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DeconvnetError, FormatError } from "../../errors.ts";
import type { Tensor } from "../../onnx/index.ts";
import { readSafetensors, writeSafetensors } from "../../weights/node.ts";
import type { TrainerState } from "../step-engine.ts";

export interface Checkpoint {
  readonly state: TrainerState;
  /** Samples seen. */
  readonly samples: number;
  /** The best mean IoU so far, 0 to 1; -1 before the first validation. */
  readonly bestMeanIoU: number;
}

const KEPT = 2;

/** Writes `checkpoint-<samples>.safetensors` and removes all but the newest two. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<string> {
  const tensors = packState(checkpoint.state);
  const path = join(folder, `checkpoint-${String(checkpoint.samples).padStart(10, "0")}.safetensors`);
  const metadata = new Map([
    ["step", `${checkpoint.state.step}`],
    ["samples", `${checkpoint.samples}`],
    ["best_mean_iou", `${checkpoint.bestMeanIoU}`],
    ["sha256", digest(tensors)],
  ]);
  await writeSafetensors(path, tensors, metadata);
  for (const old of (await listCheckpoints(folder)).slice(KEPT)) await rm(join(folder, old));
  return path;
}

/** What `readNewestCheckpoint` found. */
export interface FoundCheckpoint extends Checkpoint {
  readonly path: string;
  /** Newer files that could not be used, with the reason. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** Reads the newest checkpoint that is whole; `undefined` if the folder has none. */
export async function readNewestCheckpoint(folder: string): Promise<FoundCheckpoint | undefined> {
  const skipped: { path: string; reason: string }[] = [];
  for (const name of await listCheckpoints(folder)) {
    const path = join(folder, name);
    try {
      return { ...(await readCheckpoint(path)), path, skipped };
    } catch (error) {
      if (!(error instanceof DeconvnetError)) throw error;
      skipped.push({ path, reason: error.message });
    }
  }
  if (skipped.length === 0) return undefined;
  const [first] = skipped;
  throw new FormatError(
    `readNewestCheckpoint: expected a whole checkpoint in ${folder}, got ${skipped.length} damaged: ${first?.reason}`,
  );
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = await readSafetensors(path);
  const [wanted, got] = [metadata.get("sha256"), digest(tensors)];
  if (wanted !== got) {
    throw new FormatError(
      `readCheckpoint: ${path}: expected the checksum ${wanted ?? "none"}, got ${got}. The file is damaged.`,
    );
  }
  const number = (key: string): number => Number(metadata.get(key) ?? Number.NaN);
  return {
    state: unpackState(tensors, number("step")),
    samples: number("samples"),
    bestMeanIoU: number("best_mean_iou"),
  };
}

/** Newest first. */
async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^checkpoint-\d+\.safetensors$/.test(name))
    .sort()
    .reverse();
}

function packState({ parameters, solver, average }: TrainerState): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of parameters) tensors.set(`parameter/${name}`, tensor);
  for (const [name, slots] of solver) {
    for (const [slot, data] of slots.entries()) tensors.set(`solver/${slot}/${name}`, vector(data));
  }
  for (const [name, data] of average) tensors.set(`average/${name}`, vector(data));
  return tensors;
}

function unpackState(tensors: ReadonlyMap<string, Tensor>, step: number): TrainerState {
  const state: TrainerState = { step, parameters: new Map(), solver: new Map(), average: new Map() };
  for (const [key, tensor] of tensors) {
    const [kind = "", ...rest] = key.split("/");
    const data = tensor.data as Float32Array;
    if (kind === "parameter") state.parameters.set(rest.join("/"), tensor);
    else if (kind === "average") state.average.set(rest.join("/"), data);
    else {
      const name = rest.slice(1).join("/");
      const slots = state.solver.get(name) ?? [];
      slots[Number(rest[0])] = data;
      state.solver.set(name, slots);
    }
  }
  return state;
}

function vector(data: Float32Array): Tensor {
  return { type: "float32", shape: [data.length], data };
}

/** Over names and numbers, in the order of the names. */
function digest(tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash("sha256");
  for (const name of [...tensors.keys()].sort()) {
    const data = tensors.get(name)?.data;
    if (data !== undefined) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
