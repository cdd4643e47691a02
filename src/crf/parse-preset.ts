/** CRF presets as plain data, such as the contents of a YAML file: keys, types and ranges are checked. */
import leven from "leven";
import { OptionError } from "../errors.ts";
import { type AppearanceKernel, checkEnergy, NORMALIZATIONS, type SmoothnessKernel } from "./energy.ts";
import type { CrfPreset } from "./presets.ts";

/** The keys of a preset and what they mean, as help texts print them. */
export const CRF_KEYS = Object.freeze({
  size: "longer side of the photos that spatialStd is meant for, px",
  "smoothness.spatialStd": "standard deviation, px; or [x, y]",
  "smoothness.weight": "strength, nats; 0 switches the kernel off",
  "appearance.spatialStd": "standard deviation, px; or [x, y]",
  "appearance.colorStd": "standard deviation, 0-255; or [red, green, blue]",
  "appearance.weight": "strength, nats; 0 switches the kernel off",
  normalization: NORMALIZATIONS.join(", "),
  iterations: "updates, a whole number",
});

type CrfKey = keyof typeof CRF_KEYS;

/**
 * Checks data and gives it back as a preset. Kernels may be nested or have dotted keys; of equal keys the last one counts. A
 * kernel that is not mentioned is left out.
 *
 * @param entries - Keys and values, in order, e.g. `Object.entries` of a parsed file.
 * @param source - Named in errors, e.g. the file.
 * @throws {OptionError} for an unknown key, with the nearest known one; a missing key; a value out of range.
 * @example
 * ```ts
 * const stronger = parseCrfPreset([...Object.entries(PAPER_CRF), ["appearance.weight", 10]], "stronger");
 * ```
 */
export function parseCrfPreset(
  entries: readonly (readonly [key: string, value: unknown])[],
  source: string,
): CrfPreset {
  const caller = `parseCrfPreset: ${source}`;
  const values = new Map(flatten(entries).map(([key, value]) => [knownKey(caller, key), value]));
  const number = (key: CrfKey): number => {
    const value = values.get(key);
    return typeof value === "number" ? value : refuse(caller, key, value);
  };
  const perAxis = (key: CrfKey): number | number[] => {
    const value: unknown = values.get(key);
    const isList = Array.isArray(value) && value.every((part) => typeof part === "number");
    return isList ? value : number(key);
  };
  const mentions = (kernel: string): boolean => [...values.keys()].some((key) => key.startsWith(`${kernel}.`));
  const smoothness = (kernel: "smoothness" | "appearance"): SmoothnessKernel => ({
    spatialStd: perAxis(`${kernel}.spatialStd`) as SmoothnessKernel["spatialStd"],
    weight: number(`${kernel}.weight`),
  });
  const colorStd = (): AppearanceKernel["colorStd"] => perAxis("appearance.colorStd") as AppearanceKernel["colorStd"];
  const normalization = NORMALIZATIONS.find((name) => name === values.get("normalization"));
  const preset: CrfPreset = {
    size: number("size"),
    ...(mentions("smoothness") && { smoothness: smoothness("smoothness") }),
    ...(mentions("appearance") && { appearance: { ...smoothness("appearance"), colorStd: colorStd() } }),
    normalization: normalization ?? refuse(caller, "normalization", values.get("normalization")),
    iterations: number("iterations"),
  };
  if (!(preset.size > 0 && preset.size < Number.POSITIVE_INFINITY)) refuse(caller, "size", preset.size);
  // The lengths of the lists too.
  checkEnergy(caller, preset);
  return preset;
}

/** `{ smoothness: { weight: 3 } }` as `smoothness.weight`. */
function flatten(entries: readonly (readonly [string, unknown])[]): (readonly [string, unknown])[] {
  return entries.flatMap(([key, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([inner, part]): [string, unknown] => [`${key}.${inner}`, part])
      : [[key, value]],
  );
}

function knownKey(caller: string, key: string): CrfKey {
  const keys = Object.keys(CRF_KEYS) as CrfKey[];
  const known = keys.find((name) => name === key);
  if (known !== undefined) return known;
  const [nearest = "size"] = keys.toSorted((a, b) => leven(key, a) - leven(key, b));
  const meant = leven(key, nearest) <= Math.max(2, key.length / 3) ? ` Did you mean "${nearest}"?` : "";
  throw new OptionError(`${caller}: expected a key of ${keys.join(", ")}, got "${key}".${meant}`);
}

function refuse(caller: string, key: CrfKey, value: unknown): never {
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  throw new OptionError(`${caller}: expected ${key} (${CRF_KEYS[key]}), got ${got}.`);
}
