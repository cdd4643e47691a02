/** The folder of one training: its settings, its log, its curves, its checkpoints and models. */
import { appendFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { DatasetError, OptionError } from "../../errors.ts";
import type { TrainConfig } from "../config.ts";

/** One line of `log.jsonl`. */
export type LogEntry = Readonly<
  Record<string, string | number | readonly number[] | readonly (number | null)[] | null>
>;

export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws {OptionError} if the folder exists: a training never writes over another one. */
  static async create(path: string, config: TrainConfig): Promise<RunFolder> {
    if (await exists(path)) {
      throw new OptionError(
        `RunFolder: expected a new folder for the run, got ${path}, which exists. Pass --resume to go on, or another --run.`,
      );
    }
    await mkdir(path, { recursive: true });
    const run = new RunFolder(path);
    await writeFile(join(path, "args.yaml"), stringify({ node: process.version, ...config }));
    return run;
  }

  /** @throws {DatasetError} if there is no run in the folder. */
  static async open(path: string): Promise<RunFolder> {
    if (!(await exists(join(path, "args.yaml")))) {
      throw new DatasetError(`RunFolder: expected the folder of a run (with args.yaml) to resume, got ${path}.`, path);
    }
    return new RunFolder(path);
  }

  /** The settings that the run was started with, as text. */
  async args(): Promise<string> {
    const text = await readFile(join(this.path, "args.yaml"), "utf8");
    return text.replace(/^node: .*\n/m, "");
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async log(entry: LogEntry): Promise<void> {
    await appendFile(this.file("log.jsonl"), `${JSON.stringify(entry)}\n`);
  }

  /** Adds a row to `results.csv`; the first call writes the header. */
  async result(row: Readonly<Record<string, number | null>>): Promise<void> {
    const path = this.file("results.csv");
    const header = (await exists(path)) ? "" : `${Object.keys(row).join(",")}\n`;
    await appendFile(
      path,
      `${header}${Object.values(row)
        .map((value) => value ?? "")
        .join(",")}\n`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
