/** Findings about splits: empty ones, ones that overlap, photos twice in one, classes that a split does not show. */
import { HELD_OUT_SPLITS } from "../split-names.ts";
import { type Finding, finding } from "./finding.ts";
import { type DatasetScan, readPhotoOf, type ScannedSplit } from "./scan.ts";
import { splitStatistics } from "./statistics.ts";

export function splitFindings(scan: DatasetScan, fewPhotos: number): Finding[] {
  const pairs = separatePairs(scan.splits);
  return [
    ...emptySplits(scan),
    ...pairs.flatMap((pair) => sharedIds(scan, pair)),
    ...pairs.flatMap((pair) => sharedPhotos(scan, pair)),
    ...scan.splits.flatMap((split) => duplicates(scan, split)),
    ...scan.splits.flatMap((split) => absentClasses(scan, split)),
    ...scan.splits.flatMap((split) => fewIn(split, fewPhotos)),
  ];
}

function emptySplits({ splits }: DatasetScan): Finding[] {
  const empty = splits.filter(({ photos }) => photos.length === 0);
  return finding(
    ["error", "empty-split"],
    empty.map(({ source }) => source),
    `expected at least 1 photo in each split, got none in ${empty.map(({ name }) => name).join(", ")}`,
    "Write ids into the list, one a line, or remove it.",
  );
}

type Pair = readonly [ScannedSplit, ScannedSplit];

/** Splits that one trains on and scores on; a list whose photos all lie in another one, such as `train` in `trainval`, is a part of it. */
function separatePairs(splits: readonly ScannedSplit[]): Pair[] {
  return splits.flatMap((a, i) =>
    splits
      .slice(i + 1)
      .flatMap((b): Pair[] => (isApart(a.name) && isApart(b.name) ? [[a, b]] : isPart(a, b) ? [] : [[a, b]])),
  );
}

/** Names whose lists must never share a photo. */
function isApart(name: string): boolean {
  return name === "train" || HELD_OUT_SPLITS.includes(name);
}

function isPart(a: ScannedSplit, b: ScannedSplit): boolean {
  const [small, large] = a.photos.length <= b.photos.length ? [a, b] : [b, a];
  const all = new Set(large.photos);
  return small.photos.every((photo) => all.has(photo));
}

function sharedIds({ photos }: DatasetScan, [a, b]: Pair): Finding[] {
  const inA = new Set(a.photos);
  const shared = [...new Set(b.photos)].filter((photo) => inA.has(photo));
  return finding(
    ["error", "splits-share-ids"],
    shared.map((photo) => photos[photo]?.id ?? ""),
    `expected each photo in one of ${a.name} and ${b.name}, got ${shared.length} in both`,
    "Scores on photos that were trained on mean nothing: remove the ids from one list.",
  );
}

function sharedPhotos({ photos }: DatasetScan, [a, b]: Pair): Finding[] {
  const inA = photosByFingerprint({ photos }, a);
  const listed = new Set(a.photos);
  const shared = b.photos
    .filter((photo) => !listed.has(photo))
    .flatMap((photo) => {
      const twin = inA.get(fingerprintOf({ photos }, photo) ?? "")?.[0];
      return twin === undefined ? [] : [`${photos[twin]?.id} = ${photos[photo]?.id}`];
    });
  return finding(
    ["error", "splits-share-photos"],
    shared,
    `expected different photos in ${a.name} and ${b.name}, got ${shared.length} with the same pixels under another name`,
    "Remove them from one of the lists.",
  );
}

function duplicates(scan: DatasetScan, split: ScannedSplit): Finding[] {
  const groups = [...photosByFingerprint(scan, split).values()].filter((group) => group.length > 1);
  return finding(
    ["warning", "duplicate-photos"],
    groups.map((group) => group.map((photo) => scan.photos[photo]?.id).join(" = ")),
    `expected each photo once in ${split.name}, got ${groups.length} more than once`,
    "Remove the copies, or keep them knowing that they count more.",
  );
}

/** The photos of a split by what they show, in the order of the list; a line that is there twice counts twice. */
function photosByFingerprint(scan: Pick<DatasetScan, "photos">, split: ScannedSplit): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const photo of split.photos) {
    const print = fingerprintOf(scan, photo);
    if (print !== undefined) groups.set(print, [...(groups.get(print) ?? []), photo]);
  }
  return groups;
}

function fingerprintOf({ photos }: Pick<DatasetScan, "photos">, photo: number): string | undefined {
  const scanned = photos[photo];
  return scanned === undefined ? undefined : readPhotoOf(scanned)?.fingerprint;
}

function absentClasses(scan: DatasetScan, split: ScannedSplit): Finding[] {
  if (split.photos.length === 0) return [];
  const { classes, pixels: all } = splitStatistics(scan, split);
  // Where no label map can be read, the reason is another.
  const absent = all === 0 ? [] : classes.filter(({ pixels }) => pixels === 0);
  return finding(
    ["warning", "absent-classes"],
    absent.map(({ name }) => name),
    `expected every class in ${split.name}, got ${absent.length} that no pixel has`,
    "Add photos of them, or leave them out of the class list (--classes); absent classes are not learnt, and not scored.",
  );
}

function fewIn({ name, photos, source }: ScannedSplit, few: number): Finding[] {
  if (photos.length === 0 || photos.length >= few) return [];
  return finding(
    ["warning", "few-photos"],
    [source],
    `expected at least ${few} photos in ${name}, got ${photos.length}`,
    "Scores of so few photos vary by chance, and a net learns them by heart: add photos, and start from a trained model.",
  );
}
