/** The settings as a file to read and edit: every key with its sentence, its value, and what else it may be. */
import { stringify } from "yaml";
import type { z } from "zod";
import type { TrainConfig } from "./config.ts";
import { configJsonSchema } from "./config-schema.ts";

type Schema = z.core.JSONSchema.JSONSchema;
type Values = Readonly<Record<string, unknown>>;

/**
 * Writes settings as YAML with comments; {@link readTrainConfig} reads the same settings back. Keys without a value are
 * there as comments.
 *
 * @param config - All settings, or some of them, of which no others are written.
 * @param whole - False to leave out keys without a value.
 */
export function configYaml(config: TrainConfig | Values, whole = true): string {
  return `${objectLines(configJsonSchema(), config as Values, whole).join("\n")}\n`;
}

function objectLines(schema: Schema, values: Values, whole: boolean): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    if (typeof inner === "boolean") return [];
    return keyLines(name, inner, values[name], whole);
  });
}

function keyLines(name: string, schema: Schema, value: unknown, whole: boolean): string[] {
  if (value === undefined && !whole) return [];
  const comment = `# ${schema.description ?? ""}${choicesOf(schema)}`;
  const member = memberFor(schema, value);
  if (member.properties === undefined || !isObject(value)) return [comment, valueLine(name, value)];
  const lines = objectLines(member, value, whole).map((line) => `  ${line}`);
  // A key with nothing but comments below it would be null.
  const empty = lines.every((line) => line.trimStart().startsWith("#"));
  return [comment, empty ? `${name}: {}` : `${name}:`, ...lines];
}

function valueLine(name: string, value: unknown): string {
  if (value === undefined) return `# ${name}:`;
  return `${name}: ${stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim()}`;
}

/** What a value may be, where the schema names it. */
export function choicesOf(schema: Schema): string {
  return schema.enum === undefined ? "" : ` One of: ${schema.enum.join(", ")}.`;
}

/** Of a union the member that the value's type names. */
function memberFor(schema: Schema, value: unknown): Schema {
  const members = schema.oneOf ?? schema.anyOf;
  if (members === undefined || !isObject(value)) return schema;
  return (members as Schema[]).find(({ properties }) => constOf(properties?.["type"]) === value["type"]) ?? schema;
}

function constOf(schema: Schema | boolean | undefined): unknown {
  return typeof schema === "object" ? schema.const : undefined;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
