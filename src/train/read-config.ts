/** Reads a training's settings: a YAML file, then `--set a.b=c`, checked against the schema. */
import { parse, YAMLParseError } from "yaml";
import type { z } from "zod";
import { OptionError } from "../errors.ts";
import { type TrainConfig, trainConfigSchema } from "./config.ts";
import { knownKeys, nearestKey } from "./known-keys.ts";

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
  const settings = parseSettings(text, source);
  for (const set of sets) applySet(settings, set);
  const result = trainConfigSchema.safeParse(settings);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new OptionError(`readTrainConfig: ${source}: ${issue === undefined ? "bad settings" : describe(issue)}`);
}

function parseSettings(text: string, source: string): Settings {
  const settings = parseYaml(text, source) ?? {};
  if (isSettings(settings)) return settings;
  throw new OptionError(`readTrainConfig: ${source}: expected keys and values, got ${JSON.stringify(settings)}.`);
}

function parseYaml(text: string, source: string): unknown {
  try {
    return parse(text);
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
  define(target, last, parseYaml(set.slice(split + 1), `--set ${set}`));
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
  const key = [...issue.path, issue.keys[0] ?? ""].join(".");
  const near = nearestKey(key, knownKeys(trainConfigSchema));
  return `expected a known key, got "${key}".${near === undefined ? "" : ` Did you mean "${near}"?`}`;
}
