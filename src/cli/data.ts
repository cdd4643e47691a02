/** `deconvnet data`: checks, samples and imports of data sets. */
import { Argument, type Command } from "commander";
import { collect, parseCount, parseList } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { type CheckFlags, checkData } from "./data-check.ts";
import { type ImportFlags, importData, writeSample } from "./data-import.ts";

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
  command
    .command("sample")
    .description("write a small set to learn on: eight photos of the package with label maps, and their credits")
    .argument("<folder>", "a new folder")
    .action((folder: string) => writeSample(folder, terminal));
  command
    .command("import")
    .description("make a VOC folder of a set as it is downloaded")
    .addArgument(new Argument("<set>", "which set").choices(["penn-fudan"]))
    .argument("<source>", "the unpacked download")
    .argument("<folder>", "a new folder")
    .option("--seed <n>", "which photos are drawn to validate on; default 1", parseCount)
    .action((_set: string, source: string, folder: string, flags: ImportFlags) =>
      importData(source, folder, flags, terminal),
    );
}
