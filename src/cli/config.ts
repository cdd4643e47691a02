/** `deconvnet config`: the settings of a training, with their defaults, and their schema. */
import type { Command } from "commander";
import { checkUsage, collect, readNamedFile } from "./arguments.ts";
import type { Terminal } from "./command.ts";

interface ConfigFlags {
  readonly print?: boolean;
  readonly schema?: boolean;
  readonly set: readonly string[];
}

export function configureConfig(command: Command, terminal: Terminal): void {
  command
    .argument("[config]", "settings, a YAML file; without --print and --schema it is only checked")
    .option("--print", "print all settings as YAML, each with what it means: those of the file, else the defaults")
    .option("--schema", "print the JSON Schema, with which editors check and complete a settings file")
    .option("--set <key=value>", "a setting, e.g. schedule.learningRate=0.01; may be repeated", collect, [])
    .action((config: string | undefined, flags: ConfigFlags) => showConfig(command, config, flags, terminal));
}

async function showConfig(
  command: Command,
  path: string | undefined,
  { print, schema, set }: ConfigFlags,
  { stdout }: Terminal,
): Promise<void> {
  const { configJsonSchema, configYaml, readTrainConfig } = await import("../train/node.ts");
  if (schema === true) {
    if (path !== undefined || print === true)
      command.error("config: expected --schema alone, for it does not depend on a file.");
    stdout.write(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
    return;
  }
  if (path === undefined && print !== true) command.error("config: expected a file to check, --print or --schema.");
  const text = path === undefined ? "" : await readNamedFile(path, "a settings file");
  const config = checkUsage(command, () => readTrainConfig(text, set, path ?? "settings"));
  stdout.write(print === true ? configYaml(config) : `${path}: no mistakes\n`);
}
