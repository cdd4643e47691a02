/** `deconvnet data`: checks, samples and imports of data sets. */
import type { Command } from "commander";
import { collect, parseList } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { type CheckFlags, checkData } from "./data-check.ts";

export function configureData(command: Command, terminal: Terminal): void {
  command
    .command("check")
    .description("look through a data set before training: values, classes, sizes, splits; exit 1 on errors")
    .argument("<folder>", "VOC folder, or a folder with images/ and labels/")
    .option("--splits <names>", "the splits to check, e.g. train,val; default: all that have a list", parseList)
    .option("--classes <file>", "class names, one a line, background first; default: classes.txt of the folder")
    .option("--map <from=to>", "what a value in the label maps means, e.g. 255=1; may be repeated", collect, [])
    .option("--json", "print the report as JSON")
    .action((folder: string, flags: CheckFlags) => checkData(folder, flags, terminal));
}
