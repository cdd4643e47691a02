/** What the commands with a CRF share: the preset, its text, and threads. */
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { CRF_KEYS, CRF_PRESETS, type CrfPreset, type CrfThreads } from "../crf/index.ts";
import { alignColumns } from "./align-columns.ts";
import { checkUsageAsync } from "./arguments.ts";

export const PRESET_NAMES: string = Object.keys(CRF_PRESETS).join(", ");

/** Of `--crf` in commands that run a model. */
export const CRF_OPTION = `refine with a CRF: ${PRESET_NAMES} or a file that crf search wrote; default: none`;

/** More threads than this hardly help: a thread takes four classes or more. */
const MOST_THREADS = 4;

export function defaultThreads(): number {
  return Math.min(MOST_THREADS, availableParallelism());
}

/** Threads for the CRF; the caller disposes of them. */
export async function startThreads(count: number = defaultThreads()): Promise<CrfThreads> {
  const { openCrfThreads } = await import("../crf/node.ts");
  return openCrfThreads(count);
}

/** The preset that the user means; what is wrong with it is wrong usage. */
export async function presetOf(command: Command, preset: string, sets: readonly string[] = []): Promise<CrfPreset> {
  const { readCrfPreset } = await import("../crf/node.ts");
  return await checkUsageAsync(command, () => readCrfPreset(preset, sets));
}

/** The keys of `--set` and of preset files, for help. */
export function presetHelp(): string {
  const rows = Object.entries(CRF_KEYS).map(([key, meaning]) => [`  ${key}`, meaning]);
  return ["", "Keys of --set and of preset files:", ...alignColumns(rows)].join("\n");
}

/** `smoothness 3 px, weight 3; appearance 80 px, colour 13, weight 10; symmetric; 5 iterations`. */
export function describePreset({ smoothness, appearance, normalization, iterations }: CrfPreset): string {
  return [
    ...(smoothness === undefined
      ? []
      : [`smoothness ${std(smoothness.spatialStd)} px, weight ${short(smoothness.weight)}`]),
    ...(appearance === undefined
      ? []
      : [
          `appearance ${std(appearance.spatialStd)} px, colour ${std(appearance.colorStd)}, weight ${short(appearance.weight)}`,
        ]),
    normalization === "none" ? "no normalization" : normalization,
    `${iterations} iterations`,
  ].join("; ");
}

export function std(value: number | readonly number[]): string {
  return [value].flat().map(short).join("/");
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
