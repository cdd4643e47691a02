/** CRF presets by name or from files. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { OptionError } from "../../errors.ts";
import { parseCrfPreset } from "../parse-preset.ts";
import { CRF_PRESETS, type CrfPreset } from "../presets.ts";

/**
 * Finds a preset and applies changes to it.
 *
 * @param preset - A name of `CRF_PRESETS`, or the path of a YAML or JSON file.
 * @param sets - Changes such as `appearance.weight=5`, in order; the values are YAML.
 * @throws {OptionError} if there is no such preset, or a key or value is not allowed.
 */
export async function readCrfPreset(preset: string, sets: readonly string[] = []): Promise<CrfPreset> {
  const named = Object.entries(CRF_PRESETS).find(([name]) => name === preset)?.[1];
  const settings = named ?? parseText(await readText(preset), preset);
  const source = [preset, ...sets.map((set) => `--set ${set}`)].join(" ");
  return parseCrfPreset([...Object.entries(settings), ...sets.map(splitSet)], source);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const names = Object.keys(CRF_PRESETS).join(", ");
    throw new OptionError(
      `readCrfPreset: expected a preset (${names}) or a file of one, got "${path}": ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

function parseText(text: string, source: string): object {
  const settings = parseValue(text, source);
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) return settings;
  throw new OptionError(`readCrfPreset: ${source}: expected keys and values, got ${JSON.stringify(settings)}.`);
}

function splitSet(set: string): [key: string, value: unknown] {
  const split = set.indexOf("=");
  if (split < 1) throw new OptionError(`--set: expected KEY=VALUE such as appearance.weight=5, got "${set}".`);
  return [set.slice(0, split), parseValue(set.slice(split + 1), `--set ${set}`)];
}

function parseValue(text: string, source: string): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n", 1);
    throw new OptionError(`readCrfPreset: ${source}: expected YAML, got: ${reason.replace(/:$/, "")}.`, {
      cause: error,
    });
  }
}
