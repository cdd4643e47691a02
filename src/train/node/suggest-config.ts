/** Looks at a folder of photos and label maps, and says with which settings to train on it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DatasetScan, type FindingCode, guessMap, HELD_OUT_SPLITS, reportOf, splitIds } from "../../data/index.ts";
import { findLayout, listSplits, scanDataset } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";
import { configYaml } from "../config-yaml.ts";

export interface SuggestOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface SuggestedConfig {
  /** The settings file. */
  readonly text: string;
  /** What was found and done, one line each. */
  readonly notes: readonly string[];
  /** False if there are errors to correct before a training. */
  readonly ok: boolean;
}

/** Share of the photos to validate on where there are no lists. */
const VAL_SHARE = 0.2;
/** Rounds through the photos, within bounds of the whole: more photos need fewer. */
const ROUNDS = 30;
const [LEAST_SAMPLES, MOST_SAMPLES] = [2000, 30_000];

/**
 * Makes the settings for a folder: its splits, its classes, the map that its label values speak for, and a
 * length that fits the number of photos. Where the folder has no lists, `train.txt` and `val.txt` are drawn and written.
 *
 * @throws {DatasetError} if the folder is no data set, has no class list, or no photo with a label map.
 */
export async function suggestConfig(folder: string, options: SuggestOptions = {}): Promise<SuggestedConfig> {
  const layout = await findLayout(folder);
  const written = (await listSplits(layout)).length === 0 ? await writeLists(folder, layout.lists, options) : [];
  const splits = await listSplits(layout);
  const train = splits.includes("train") ? "train" : (splits[0] ?? "all");
  const val = HELD_OUT_SPLITS.find((name) => name !== train && splits.includes(name));
  const used = val === undefined ? [train] : [train, val];
  const first = await scanDataset(folder, { ...options, splits: used, photos: "header" });
  const guess = guessMap(first);
  const map = guess === undefined ? [] : [guess];
  const scan =
    guess === undefined ? first : await scanDataset(folder, { ...options, splits: used, photos: "header", map });
  const photos = scan.splits[0]?.photos.length ?? 0;
  const samples = Math.min(MOST_SAMPLES, Math.max(LEAST_SAMPLES, ROUNDS * photos));
  const config = {
    data: { classes: scan.names, ...(guess === undefined ? {} : { map }), train, val: val ?? "none" },
    from: "embedded",
    samples,
    validation: { every: Math.ceil(samples / 5) },
    checkpoint: Math.ceil(samples / 10),
  };
  const intro = [
    `# Settings for training on ${photos} photos with ${scan.names.length} classes. What is not here has its default:`,
    "# deconvnet config --print shows every setting with what it means.",
    "",
  ];
  const { findings, ok } = reportOf(scan);
  const notes = [
    ...written,
    ...(guess === undefined ? [] : [guessNote(guess, scan)]),
    ...findings.map(({ level, message }) => `${level}: ${message}`),
  ];
  return { text: `${intro.join("\n")}\n${configYaml(config, false)}`, notes, ok };
}

function guessNote(map: string, { names, assumedClasses }: DatasetScan): string {
  const note = `the values of the label maps speak for the map ${map} (data.map); class 1 is "${names[1]}"`;
  return assumedClasses
    ? `warning: ${note}, for the classes are taken for VOC's: write yours into classes.txt, and pass --force to begin again`
    : note;
}

/** Draws lists from all photos that have label maps, and says what is left out. */
async function writeLists(folder: string, lists: string, options: SuggestOptions): Promise<string[]> {
  const scan = await scanDataset(folder, { ...options, splits: ["all"], photos: "header" });
  const isLeftOut = (code: FindingCode): boolean => code === "missing-photos" || code === "photos-left-out";
  const leftOut = reportOf(scan).findings.filter(({ code }) => isLeftOut(code));
  const ids = scan.photos.filter(({ photo }) => photo !== undefined).map(({ id }) => id);
  if (ids.length === 0) {
    throw new DatasetError(
      `suggestConfig: expected photos with label maps of the same name in ${folder}, got none. ${leftOut[0]?.fix ?? ""}`,
      folder,
    );
  }
  const { train, val } = splitIds(ids, 1, VAL_SHARE);
  await mkdir(lists, { recursive: true });
  for (const [name, list] of Object.entries({ train, val })) {
    if (list.length > 0) await writeFile(join(lists, `${name}.txt`), list.map((id) => `${id}\n`).join(""));
  }
  const files = val.length > 0 ? "train.txt and val.txt" : "train.txt";
  return [
    `lists drawn: ${train.length} photos to train on, ${val.length} to validate on (${files} in ${lists})`,
    ...leftOut.map(({ message }) => `warning: ${message}`),
  ];
}
