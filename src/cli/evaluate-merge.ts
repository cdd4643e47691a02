/** `deconvnet evaluate merge`: one evaluation from those of several parts of a set. */
import type { Command } from "commander";
import { readNamedFile } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { addOutputOptions, type OutputFlags, requireOutputFolders, writeEvaluation } from "./evaluation-output.ts";

export function configureMerge(command: Command, { stdout }: Terminal): void {
  addOutputOptions(
    command.argument("<json...>", "files of evaluate --json, of the same classes and of images that differ"),
  ).action(async (paths: readonly string[], flags: OutputFlags) => {
    const { mergeEvaluations, readEvaluation } = await import("../evaluate/index.ts");
    await requireOutputFolders(flags);
    const parts = [];
    for (const path of paths) parts.push(await readEvaluation(await readNamedFile(path, "an evaluation"), path));
    const merged = mergeEvaluations(parts, paths);
    stdout.write(`${merged.images.length} photos of ${paths.length} evaluations\n`);
    await writeEvaluation(merged, flags, stdout);
  });
}
