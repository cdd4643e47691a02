/** Reads a training's settings: a YAML file, then `--set a.b=c`, checked against the schema. */
import leven from "leven";
import { parse, YAMLParseError } from "yaml";
import type { z } from "zod";
import { OptionError } from "../errors.ts";
import { type TrainConfig, trainConfigSchema } from "./config.ts";

type Settings = Record<string, unknown>;

/**
 * Parses and checks settings; data only, nothing in them is executed.
 *
 * @param text - YAML; empty for all defaults.
 * @param sets - Changes such as `schedule.learningRate=0.01`, in order; the values are YAML.
 * @param source - What messages call the text, such as the file's name.
 * @throws {OptionError} for bad YAML, unknown keys (with the nearest known one) and values out of range.
 */
export function readTrainConfig(text: string, sets: readonly string[] = [], source = "config"): TrainConfig {
  const settings = parseYaml(text, source);
  for (const set of sets) applySet(settings, set);
  const result = trainConfigSchema.safeParse(settings);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new OptionError(`readTrainConfig: ${source}: ${issue === undefined ? "bad settings" : describe(issue)}`);
}

function parseYaml(text: string, source: string): Settings {
  try {
    const settings: unknown = parse(text) ?? {};
    if (isSettings(settings)) return settings;
    throw new OptionError(`readTrainConfig: ${source}: expected keys and values, got ${JSON.stringify(settings)}.`);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line;
    throw new OptionError(
      `readTrainConfig: ${source}${line === undefined ? "" : `, line ${line}`}: expected YAML, got: ${error.message.split("\n", 1)[0]}`,
    );
  }
}

function applySet(settings: Settings, set: string): void {
  const split = set.indexOf("=");
  if (split < 1) throw new OptionError(`--set: expected KEY=VALUE such as schedule.learningRate=0.01, got "${set}".`);
  const keys = set.slice(0, split).split(".");
  const last = keys.pop() ?? "";
  let target = settings;
  for (const key of keys) {
    const inner = Object.hasOwn(target, key) ? target[key] : undefined;
    const next: Settings = isSettings(inner) ? inner : {};
    define(target, key, next);
    target = next;
  }
  define(target, last, parse(set.slice(split + 1)));
}

/** Never through a setter: `__proto__` is a key like any other, and an unknown one. */
function define(target: Settings, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(issue: z.core.$ZodIssue): string {
  const at = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return `${at || "settings"}: ${issue.message}.`;
  const key = issue.keys[0] ?? "";
  const near = nearest(key, knownKeys(issue.path));
  return `expected a known key, got "${[...issue.path, key].join(".")}".${near === undefined ? "" : ` Did you mean "${[...issue.path, near].join(".")}"?`}`;
}

/** The keys of the defaults at a path. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let shape: unknown = trainConfigSchema;
  for (const key of [...path, undefined]) {
    while (isWrapper(shape)) shape = shape.def.innerType;
    const inner = (shape as { shape?: Settings }).shape ?? {};
    if (key === undefined) return Object.keys(inner);
    shape = inner[String(key)];
  }
  return [];
}

function isWrapper(schema: unknown): schema is { readonly def: { readonly innerType: unknown } } {
  const def = (schema as { def?: { innerType?: unknown } } | undefined)?.def;
  return def?.innerType !== undefined;
}

function nearest(word: string, candidates: readonly string[]): string | undefined {
  const distance = (candidate: string): number => leven(word.toLowerCase(), candidate.toLowerCase());
  const best = candidates.toSorted((a, b) => distance(a) - distance(b))[0];
  return best !== undefined && distance(best) <= Math.max(2, word.length / 3) ? best : undefined;
}
