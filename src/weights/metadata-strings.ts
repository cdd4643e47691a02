/**
 * How the metadata of a model are written into the strings of a safetensors file: one key a field, texts as they are,
 * everything else as JSON.
 */
import { FormatError, OptionError } from "../errors.ts";
import { printable, printableValue } from "../printable.ts";
import type { ModelMetadata } from "./model-metadata.ts";

/** The version of the format that this package writes and reads. */
export const MODEL_FORMAT_VERSION = 1;

const VERSION_KEY = "format_version";
const FIELDS = [
  { field: "contents", key: "contents", text: true },
  { field: "architecture", key: "architecture", text: true },
  { field: "architectureOptions", key: "architecture_options", text: false },
  { field: "classNames", key: "class_names", text: false },
  { field: "palette", key: "palette", text: false },
  { field: "channelOrder", key: "channel_order", text: true },
  { field: "mean", key: "mean", text: false },
  { field: "evaluationSize", key: "evaluation_size", text: false },
  { field: "training", key: "training", text: false },
  { field: "license", key: "license", text: true },
  { field: "authors", key: "authors", text: true },
  { field: "changes", key: "changes", text: true },
] as const;

/**
 * Checks metadata and writes them as strings.
 *
 * @throws {OptionError} if a field is missing or out of its range, or a text holds an absolute path.
 */
export async function encodeMetadata(metadata: ModelMetadata): Promise<Map<string, string>> {
  const checked = await checkFields(metadata, (problem) => {
    return new OptionError(`encodeModelFile: expected metadata of the model format, got ${problem}.`);
  });
  const fields: Readonly<Record<string, unknown>> = { ...checked };
  const texts = new Map([[VERSION_KEY, String(MODEL_FORMAT_VERSION)]]);
  for (const { field, key, text } of FIELDS) {
    const value = fields[field];
    if (value !== undefined) texts.set(key, text ? String(value) : JSON.stringify(value));
  }
  return texts;
}

/**
 * Reads metadata from the strings of a file. Keys of other programs are passed over.
 *
 * @throws {FormatError} if the file is no model file, is of another version, or a field is missing or out of its range.
 */
export async function decodeMetadata(texts: ReadonlyMap<string, string>, fileName: string): Promise<ModelMetadata> {
  const file = printable(fileName, 400);
  const version = texts.get(VERSION_KEY);
  if (version !== String(MODEL_FORMAT_VERSION)) {
    const got = version === undefined ? "none" : printableValue(version);
    const advice = version === undefined ? "It is not a model file of this package." : "Use the version that wrote it.";
    throw new FormatError(
      `decodeModelFile: expected metadata ${VERSION_KEY} ${MODEL_FORMAT_VERSION}, got ${got} in ${file}. ${advice}`,
    );
  }
  const fields: Record<string, unknown> = {};
  for (const { field, key, text } of FIELDS) {
    const value = texts.get(key);
    if (value !== undefined) fields[field] = text ? value : parseField(value, key, file);
  }
  return await checkFields(fields, (problem) => {
    return new FormatError(`decodeModelFile: expected metadata of the model format, got ${problem} in ${file}.`);
  });
}

function parseField(text: string, key: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError(
      `decodeModelFile: expected metadata ${key} to be JSON, got ${printableValue(text)} in ${file}. The file is damaged.`,
    );
  }
}

/** The schema comes with zod, whose loading takes longer than that of all the rest: only who needs it waits for it. */
async function checkFields(fields: unknown, errorOf: (problem: string) => Error): Promise<ModelMetadata> {
  const { checkModelMetadata } = await import("./model-metadata-schema.ts");
  const result = checkModelMetadata(fields);
  if (typeof result === "string") throw errorOf(result);
  return result;
}
