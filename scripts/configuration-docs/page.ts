/** The page docs/configuration.md: the settings from their schema, the options of the commands from the command line. */
import type { Command } from "commander";
import type { z } from "zod";

type Schema = z.core.JSONSchema.JSONSchema;

const INTRO = `# Settings and options

<!-- Written by scripts/configuration-docs.ts from the schema in src/train/config.ts and the commands in src/cli/. -->

A training is described by a YAML file, flags and \`--set KEY=VALUE\`, in this order; what comes later counts. A setting
that is not known, or out of its range, is refused with its line. Settings are data: nothing in them is executed.

    deconvnet init photos/                   # looks at the folder, writes photos/deconvnet.yaml
    deconvnet config --print                 # all settings with their defaults, as YAML with comments
    deconvnet config photos/deconvnet.yaml   # checks a file
    deconvnet config --schema > deconvnet.schema.json

Editors with YAML support check and complete a settings file that begins with
\`# yaml-language-server: $schema=deconvnet.schema.json\`.
`;

/**
 * The whole page.
 *
 * @param schema - Of the settings.
 * @param commands - With their arguments and options, in the order of `deconvnet --help`.
 */
export function configurationPage(schema: Schema, commands: readonly Command[]): string {
  const sections = [
    INTRO,
    "## Settings of a training\n",
    ...settingTables(schema),
    "## Commands\n",
    ...commands.flatMap((command) => commandSection(command, "deconvnet")),
  ];
  return `${sections.join("\n").trimEnd()}\n`;
}

/** First the keys of the whole, then one table for each group. */
function settingTables(schema: Schema): string[] {
  const properties = Object.entries(schema.properties ?? {}) as [string, Schema][];
  const groups = properties.filter(([, schema]) => rowsOf(schema, "").length > 0);
  const single = properties.filter(([, schema]) => rowsOf(schema, "").length === 0);
  return [
    ...table(
      ["setting", "default", "meaning"],
      single.map(([name, schema]) => row(name, schema)),
    ),
    ...groups.flatMap(([name, schema]) => [
      `### ${name}\n`,
      `${schema.description}\n`,
      ...table(["setting", "default", "meaning"], rowsOf(schema, `${name}.`)),
    ]),
  ];
}

function rowsOf(schema: Schema, prefix: string): string[][] {
  const members = ((schema.oneOf ?? schema.anyOf ?? []) as Schema[]).flatMap((member) => memberRows(member, prefix));
  const own = (Object.entries(schema.properties ?? {}) as [string, Schema][]).flatMap(([name, inner]) => {
    const below = rowsOf(inner, `${prefix}${name}.`);
    const entries = inner.items === undefined ? [] : rowsOf(inner.items as Schema, `${prefix}${name}[].`);
    return below.length > 0 ? below : [row(`${prefix}${name}`, inner), ...entries];
  });
  return [...own, ...members];
}

/** The members of a union tell themselves apart by their type. */
function memberRows(member: Schema, prefix: string): string[][] {
  const type = member.properties?.["type"];
  const name = typeof type === "object" ? String(type.const) : "";
  return rowsOf(member, prefix).map(([key = "", ...rest]) => [
    key === `\`${prefix}type\`` ? `\`${prefix}type: ${name}\`` : `${key} (${name})`,
    ...rest,
  ]);
}

function row(key: string, schema: Schema): string[] {
  const choices = schema.enum === undefined ? "" : ` One of \`${schema.enum.join("`, `")}\`.`;
  const value = schema.default === undefined ? "" : `\`${JSON.stringify(schema.default).replaceAll('"', "")}\``;
  return [`\`${key}\``, value, `${schema.description ?? ""}${choices}${rangeOf(schema)}`];
}

function rangeOf({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const low = minimum ?? exclusiveMinimum;
  const high = maximum === Number.MAX_SAFE_INTEGER ? undefined : (maximum ?? exclusiveMaximum);
  if (type !== "integer" && type !== "number") return "";
  const kind = type === "integer" ? "Whole number" : "Number";
  const from =
    low === undefined || low === Number.MIN_SAFE_INTEGER
      ? ""
      : minimum === undefined
        ? ` above ${low}`
        : ` from ${low}`;
  const to = high === undefined ? "" : maximum === undefined ? ` to below ${high}` : ` to ${high}`;
  return ` ${kind}${from}${to}.`;
}

function commandSection(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const takes = command.registeredArguments.map((argument) => [argumentText(argument), argument.description]);
  const options = command.options.map(({ flags, description }) => [`\`${flags}\``, description]);
  const rows = [...takes, ...options];
  return [
    `### ${name}\n`,
    `${command.description()}\n`,
    ...(rows.length === 0 ? [] : table(["option", "meaning"], rows as string[][])),
    ...command.commands.flatMap((inner) => commandSection(inner, name)),
  ];
}

function argumentText(argument: Command["registeredArguments"][number]): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return `\`${argument.required ? `<${name}>` : `[${name}]`}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}
