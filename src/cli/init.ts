/** `deconvnet init`: the settings file for a folder. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { OptionError } from "../errors.ts";
import { shellWord } from "../shell-word.ts";
import type { Terminal } from "./command.ts";
import { ProgressLine } from "./progress-line.ts";

interface InitFlags {
  readonly out?: string;
  readonly force?: boolean;
}

export function configureInit(command: Command, terminal: Terminal): void {
  command
    .argument("<folder>", "VOC folder, or a folder with images/, labels/ and classes.txt")
    .option("--out <file>", "where the settings go; default: deconvnet.yaml in the folder")
    .option("--force", "write over settings that are there")
    .action((folder: string, flags: InitFlags) => init(folder, flags, terminal));
}

async function init(folder: string, flags: InitFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { suggestConfig } = await import("../train/node.ts");
  const { writeFileAtomically } = await import("../weights/node.ts");
  const path = flags.out ?? join(folder, "deconvnet.yaml");
  if (flags.force !== true && (await stat(path).catch(() => undefined)) !== undefined) {
    throw new OptionError(`init: expected no file at ${path}, got one. Pass --force to write over it, or --out FILE.`);
  }
  const progress = new ProgressLine(stderr);
  const onProgress = (done: number, total: number): void => progress.update(`${done}/${total} photos`);
  const { text, notes, ok } = await suggestConfig(folder, { signal, onProgress }).finally(() => progress.clear());
  await writeFileAtomically(path, [new TextEncoder().encode(text)]);
  for (const note of notes) stdout.write(`${note}\n`);
  const next = ok
    ? `next: deconvnet train ${shellWord(path)} --data ${shellWord(folder)}`
    : `correct the errors before you train, then look again: deconvnet data check ${shellWord(folder)}`;
  stdout.write(`${path} written; ${next}\n`);
}
