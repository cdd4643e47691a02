/** Checkpoints: everything that a training goes on from, written atomically, with a checksum; the one before stays. */
import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BackendError, DeconvnetError, FormatError } from "../../errors.ts";
import { readSafetensors, writeSafetensors } from "../../weights/node.ts";
import type { Patience } from "../patience.ts";
import { findNotFinite, packState, type Tensors, unpackState } from "../state-tensors.ts";
import type { TrainerState } from "../step-host.ts";

/** Where a run is, beside the trainer's state. */
export interface RunPosition {
  /** Samples seen. */
  readonly samples: number;
  /** The sample at which this run began: 0, or where the model that it continues had ended. */
  readonly start: number;
  /** Samples seen at the last validation. */
  readonly validatedAt: number;
  /** The best mean IoU so far, 0 to 1; -1 before the first validation. */
  readonly bestMeanIoU: number;
  /** Absent before the first validation. */
  readonly patience?: Patience;
  /** Fingerprint of the training data. */
  readonly data: string;
  /** Fingerprint of the teacher, where there is one. */
  readonly teacher?: string;
}

export interface Checkpoint {
  readonly state: TrainerState;
  readonly position: RunPosition;
}

/**
 * Writes `checkpoint-<samples>.safetensors`; of the older ones the newest stays.
 *
 * @returns Its path.
 * @throws {BackendError} if a number is not finite (the parameter is named; nothing is written), or the disk is full.
 */
export async function writeCheckpoint(folder: string, { state, position }: Checkpoint): Promise<string> {
  const tensors = packState(state);
  const broken = findNotFinite(tensors);
  if (broken !== undefined) {
    throw new BackendError(
      `writeCheckpoint: expected finite numbers at sample ${position.samples}, got ${broken}. Lower the learning rate; the checkpoint before stays.`,
    );
  }
  const name = `checkpoint-${String(position.samples).padStart(10, "0")}.safetensors`;
  const fields = new Map([
    ["step", `${state.step}`],
    ["position", JSON.stringify(position)],
  ]);
  await writeSafetensors(join(folder, name), tensors, new Map([...fields, ["sha256", digest(tensors, fields)]]));
  // Newer ones are those that were damaged when the run went on from an older one.
  const names = await listCheckpoints(folder);
  const previous = names[names.indexOf(name) + 1];
  for (const old of names) if (old !== name && old !== previous) await rm(join(folder, old));
  return join(folder, name);
}

/** What `readNewestCheckpoint` found. */
export interface FoundCheckpoint extends Checkpoint {
  readonly path: string;
  /** Newer files that could not be used, with the reason. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Reads the newest checkpoint that is whole.
 *
 * @throws {FormatError} if the folder has none.
 */
export async function readNewestCheckpoint(folder: string): Promise<FoundCheckpoint> {
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
  const [first] = skipped;
  const got = first === undefined ? "none" : `${skipped.length} damaged: ${first.reason}`;
  throw new FormatError(
    `readNewestCheckpoint: expected a whole checkpoint in ${folder}, got ${got}. Remove the folder and start anew.`,
  );
}

async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = await readSafetensors(path);
  const { sha256, ...fields } = Object.fromEntries(metadata);
  const got = digest(tensors, new Map(Object.entries(fields)));
  if (sha256 !== got) {
    throw new FormatError(
      `readCheckpoint: ${path}: expected the checksum ${sha256 ?? "none"}, got ${got}. The file is damaged.`,
    );
  }
  return {
    state: unpackState(tensors, Number(fields["step"])),
    position: JSON.parse(fields["position"] ?? "") as RunPosition,
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

/** Over names, shapes, numbers and metadata, in the order of the names. */
function digest(tensors: Tensors, fields: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const [name, text] of [...fields].sort()) hash.update(`${name}=${text}\n`);
  for (const [name, { type, shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${type} ${shape.join()}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
