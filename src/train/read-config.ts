/** Reads a training's settings: a YAML file, then `--set a.b=c`, checked against the schema. */
import type { z } from "zod";
import { OptionError } from "../errors.ts";
import { type TrainConfig, trainConfigSchema } from "./config.ts";
import { knownKeys, nearestKey } from "./known-keys.ts";
import { lineOfKey, parseYaml } from "./yaml-lines.ts";

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
  const result = trainConfigSchema.safeParse(settings, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  throw new OptionError(`readTrainConfig: ${placeOf(issue, text, sets, source)}: ${describe(issue)}`);
}

function parseSettings(text: string, source: string): Settings {
  const settings = parseSettingsYaml(text, source) ?? {};
  if (isSettings(settings)) return settings;
  throw new OptionError(
    `readTrainConfig: ${source}: expected keys and values, got ${shorten(JSON.stringify(settings))}.`,
  );
}

function parseSettingsYaml(text: string, source: string): unknown {
  return parseYaml(text, source, (message, options) => new OptionError(`readTrainConfig: ${message}`, options));
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
  define(target, last, parseSettingsYaml(set.slice(split + 1), `--set ${set}`));
}

/** Never through a setter: `__proto__` is a key like any other, and an unknown one. */
function define(target: Settings, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The file with the line, or the `--set` that changed what the file says. */
function placeOf(issue: z.core.$ZodIssue, text: string, sets: readonly string[], source: string): string {
  const path = pathOf(issue);
  const set = sets.findLast((set) => {
    const [key, at] = [set.split("=", 1)[0] ?? "", path.join(".")];
    return key === at || at.startsWith(`${key}.`) || key.startsWith(`${at}.`);
  });
  if (set !== undefined) return `--set ${set}`;
  const line = lineOfKey(text, path);
  return line === undefined ? source : `${source}, line ${line}`;
}

/** Of an unknown key its own path, else that of the value. */
function pathOf(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
}

function describe(issue: z.core.$ZodIssue): string {
  const key = pathOf(issue).join(".");
  if (issue.code !== "unrecognized_keys") {
    return `${key || "settings"}: ${issue.message}, got ${shorten(printed(issue.input))}.`;
  }
  // As the keys of the items of a list are known: `data.sets[].weight`.
  const word = key.replace(/\.\d+(?=\.)/g, "[]");
  const known = knownKeys(trainConfigSchema);
  if (known.includes(word)) {
    return `expected a key that goes with ${issue.path.join(".")}.type, got "${key}", which goes with another.`;
  }
  const near = nearestKey(word, known);
  return `expected a known key, got "${key}".${near === undefined ? "" : ` Did you mean "${near}"?`}`;
}

/** JSON has no word for NaN and Infinity. */
function printed(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
