/** A preset as the YAML text that `readCrfPreset` reads. */
import { stringify } from "yaml";
import type { CrfPreset } from "../presets.ts";

/** @param comments - Lines put in front, such as where the preset comes from. */
export function crfPresetText(preset: CrfPreset, comments: readonly string[] = []): string {
  return [...comments.map((line) => `# ${line}\n`), stringify(preset)].join("");
}
