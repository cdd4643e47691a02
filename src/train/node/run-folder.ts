/** The folder of one training: its settings, its log, its curves, its checkpoints and models. */
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { BackendError, DatasetError, OptionError } from "../../errors.ts";
import { lockRun, RUN_FILES } from "../../runs/node.ts";
import { TEMPORARY_SUFFIX, writeFileAtomically } from "../../weights/node.ts";
import type { TrainConfig } from "../config.ts";

/** One line of `log.jsonl`. */
export type LogEntry = Readonly<Record<string, LogValue>>;
type LogValue = string | number | boolean | null | readonly LogValue[] | { readonly [key: string]: LogValue };

/** A row of `results.csv`; `null` for what there is nothing of. */
interface Scores {
  readonly meanIoU: number | null;
  readonly classes: readonly { readonly name: string; readonly iou: number | null }[];
}

const { settings: ARGS, log: LOG, results: RESULTS } = RUN_FILES;

export class RunFolder {
  readonly path: string;
  readonly #release: () => Promise<void>;

  private constructor(path: string, release: () => Promise<void>) {
    this.path = path;
    this.#release = release;
  }

  /** @throws {OptionError} if something is at the path: a training never writes over another one. */
  static async requireNew(path: string): Promise<void> {
    if (await exists(path)) throw existsError(path);
  }

  /**
   * Makes the folder, with the settings in it; all of it or nothing.
   *
   * @throws {OptionError} if it is there already, or cannot be made. {@link BackendError} if the disk is full.
   */
  static async create(path: string, config: TrainConfig): Promise<RunFolder> {
    await makeNew(path);
    let release = async (): Promise<void> => {};
    try {
      release = await lockRun(path);
      const run = new RunFolder(path, release);
      await run.#write(ARGS, `# Node ${process.version}\n${stringify(config)}`);
      return run;
    } catch (error) {
      // Without its settings it could neither be begun again nor resumed.
      await release();
      await rm(path, { recursive: true });
      throw error;
    }
  }

  /**
   * Opens the folder of a run that was stopped, and clears what a killed process left behind.
   *
   * @throws {OptionError} if another training is in it.
   */
  static async open(path: string): Promise<RunFolder> {
    await requireRun(path);
    const run = new RunFolder(path, await lockRun(path));
    for (const name of await readdir(path, { recursive: true }))
      if (basename(name).startsWith(".") && name.endsWith(TEMPORARY_SUFFIX)) await rm(join(path, name));
    await run.#cutLog();
    return run;
  }

  /** The settings that a run was started with: their file, and its text. */
  static async settings(path: string): Promise<{ readonly file: string; readonly text: string }> {
    await requireRun(path);
    const file = join(path, ARGS);
    const text = await readFile(file, "utf8");
    // Older runs have the version of Node as a key. Its line stays, so that messages name the right ones.
    return { file, text: text.replace(/^node: .*$/m, "") };
  }

  /** Lets other trainings in. */
  async release(): Promise<void> {
    await this.#release();
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async log(entry: LogEntry): Promise<void> {
    const file = this.file(LOG);
    try {
      await appendFile(file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      throw new BackendError(
        `RunFolder.log: expected a line more in ${file}, got: ${(error as Error).message}. Free space or choose another folder.`,
        { cause: error },
      );
    }
  }

  /**
   * Adds a row to `results.csv`. Rows from the same sample on are replaced: a run that was killed behind its last checkpoint
   * comes by here a second time.
   */
  async result(samples: number, { meanIoU, classes }: Scores): Promise<void> {
    const header = ["samples", "meanIoU", ...classes.map(({ name }) => csvText(name))].join(",");
    const before = await readFile(this.file(RESULTS), "utf8").catch(() => "");
    const rows = before.split("\n").slice(1);
    const kept = rows.filter((line) => line !== "" && Number(line.split(",", 1)[0]) < samples);
    const added = [samples, meanIoU ?? "", ...classes.map(({ iou }) => iou ?? "")].join(",");
    await this.#write(RESULTS, `${[header, ...kept, added].join("\n")}\n`);
  }

  /** A process that is killed may leave half a line. */
  async #cutLog(): Promise<void> {
    const bytes = await readFile(this.file(LOG)).catch(() => Buffer.alloc(0));
    const end = bytes.lastIndexOf("\n") + 1;
    if (end < bytes.length) await truncate(this.file(LOG), end);
  }

  async #write(name: string, text: string): Promise<void> {
    await writeFileAtomically(this.file(name), [new TextEncoder().encode(text)]);
  }
}

async function requireRun(path: string): Promise<void> {
  if (await exists(join(path, ARGS))) return;
  throw new DatasetError(`RunFolder: expected the folder of a run (with ${ARGS}) to resume, got ${path}.`, path);
}

async function makeNew(path: string): Promise<void> {
  const notMade = (error: Error): never => {
    throw new OptionError(`RunFolder: expected a folder that can be made, got: ${error.message}. Pass another --run.`, {
      cause: error,
    });
  };
  await mkdir(dirname(path), { recursive: true }).catch(notMade);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw existsError(path);
    notMade(error);
  });
}

function existsError(path: string): OptionError {
  return new OptionError(
    `RunFolder: expected a new folder for the run, got ${path}, which exists. Pass --resume to go on, or another --run.`,
  );
}

function csvText(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
