/** Findings about label maps: files that cannot be read, values that no class has, masks of 0 and 255. */
import { VOID } from "../../labels/index.ts";
import { type Finding, finding, firstReason } from "./finding.ts";
import { type DatasetScan, readLabelsOf, readPhotoOf, type ScannedPhoto } from "./scan.ts";
import type { LabelFacts, LabelFault } from "./scan-label-file.ts";
import { CLASS_NAMES, type Suggestion, suggestMap } from "./suggest-map.ts";

const FAULTS: Readonly<Record<LabelFault, readonly [what: string, fix: string]>> = {
  "not-png": [
    "other kinds of files",
    "Export the label maps as PNG, indexed, grey or RGB: JPEG and others change the values.",
  ],
  "16-bit": ["files of 16 bits a sample", "Save them with 8 bits, so that the values are the numbers of the classes."],
  transparent: ["files with transparent pixels", "Save them without alpha, with the background as a class."],
  colours: ["RGB files with colours outside the table", ""],
  damaged: ["damaged files", "Copy or export them again."],
  unopened: ["files that cannot be opened", ""],
};

/** Faults of which only the decoder knows what is wrong, and what that means. */
const EXPLAINED: readonly LabelFault[] = ["colours", "damaged", "unopened"];

export function labelFindings(scan: DatasetScan, muchVoid: number): Finding[] {
  return [
    ...unreadable(scan),
    ...unmapped(scan),
    ...onlyVoid(scan),
    ...onlyBackground(scan),
    ...differentSizes(scan),
    ...mostlyVoid(scan, muchVoid),
  ];
}

function unreadable({ photos }: DatasetScan): Finding[] {
  const unread = photos.flatMap(({ labels, labelFile }) =>
    labels !== undefined && "fault" in labels ? [{ labelFile, ...labels }] : [],
  );
  return Object.entries(FAULTS).flatMap(([fault, [what, fix]]) => {
    const files = unread.filter((labels) => labels.fault === fault);
    return finding(
      ["error", "unreadable-label-maps"],
      files.map(({ labelFile }) => labelFile),
      `expected label maps that can be read, got ${files.length} ${what}`,
      [...(EXPLAINED.some((name) => name === fault) ? [firstReason(files)] : []), fix].join(" ").trim(),
    );
  });
}

function unmapped(scan: DatasetScan): Finding[] {
  const { photos, mapping } = scan;
  const counts = unmappedCounts(scan);
  const bad = photos.filter((photo) => readLabelsOf(photo)?.values.some(([value]) => counts.has(value)) ?? false);
  const highest = mapping.table.findLastIndex((label, value) => label >= 0 && value !== VOID);
  const shown = [...counts].slice(0, 5).map(([value, pixels]) => `${value} (${pixels} pixels)`);
  return finding(
    ["error", "unmapped-values"],
    bad.map(({ labelFile }) => labelFile),
    `expected label values 0 to ${highest} and void ${VOID}, got ${shown.join(", ")}${counts.size > 5 ? ", ..." : ""} ` +
      `in ${bad.length} label maps`,
    suggestionFor(scan, counts).text,
  );
}

/** Pixels of each value that no class has, the most frequent first. */
function unmappedCounts({ photos, mapping }: DatasetScan): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const [value, pixels] of photos.flatMap((photo) => readLabelsOf(photo)?.values ?? [])) {
    if (mapping.table[value]! < 0) counts.set(value, (counts.get(value) ?? 0) + pixels);
  }
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
}

function suggestionFor(
  { photos, names, assumedClasses }: DatasetScan,
  counts: ReadonlyMap<number, number>,
): Suggestion {
  return suggestMap(valuesOf(photos), names, [...counts.keys()], assumedClasses);
}

/** The map that the values of a set speak for, such as `255=1`; `undefined` if none is needed or they could mean anything. */
export function guessMap(scan: DatasetScan): string | undefined {
  // Which of several classes 255 is, only the author knows.
  if (isBinary(scan)) return scan.names.length === 2 || scan.assumedClasses ? "255=1" : undefined;
  const counts = unmappedCounts(scan);
  return counts.size === 0 ? undefined : suggestionFor(scan, counts).map;
}

/** Masks of 0 and 255 pass as background and void, and nothing would be learnt from them. */
function onlyVoid(scan: DatasetScan): Finding[] {
  const { photos, mapping } = scan;
  const bad = mapping.table[VOID] === VOID ? photos.filter((photo) => holdsOnlyVoid(readLabelsOf(photo))) : [];
  return finding(
    ["error", "only-void"],
    bad.map(({ labelFile }) => labelFile),
    `expected a class beside void ${VOID}, got no value but 0 and 255 in ${bad.length} label maps`,
    // Where other label maps have classes, 255 is not one of them.
    isBinary(scan)
      ? `Values {0, 255}: did you mean {0, 1}? Pass --map 255=1${scan.assumedClasses ? `, and ${CLASS_NAMES}` : ""}.`
      : "They teach background only: draw what they show, or take them out of the split.",
  );
}

/** A net learns from such a set that all is background, and its scores look good. */
function onlyBackground(scan: DatasetScan): Finding[] {
  const { photos, mapping } = scan;
  const read = photos.filter((photo) => readLabelsOf(photo) !== undefined);
  const values = valuesOf(photos).map((value) => mapping.table[value]!);
  const isEmpty = values.includes(0) && values.every((label) => label === 0 || label === VOID);
  return finding(
    ["error", "only-background"],
    isEmpty && mapping.names.length > 1 && !isBinary(scan) ? read.map(({ labelFile }) => labelFile) : [],
    `expected a class beside background, got none in ${read.length} label maps`,
    "Nothing can be learnt from them. Programs that scale the values, as from 16 bits to 8, make small ones 0.",
  );
}

/** Whether no label map has another value than 0 and 255, which then stands for 1. */
function isBinary({ photos }: DatasetScan): boolean {
  return (
    photos.every((photo) => isBackgroundOrVoid(readLabelsOf(photo))) &&
    photos.some((photo) => holdsOnlyVoid(readLabelsOf(photo)))
  );
}

function holdsOnlyVoid(labels: LabelFacts | undefined): boolean {
  return isBackgroundOrVoid(labels) && (labels?.values.some(([value]) => value === VOID) ?? false);
}

function isBackgroundOrVoid(labels: LabelFacts | undefined): boolean {
  return labels?.values.every(([value]) => value === 0 || value === VOID) ?? true;
}

function differentSizes({ photos }: DatasetScan): Finding[] {
  const different = photos.flatMap((scanned) => {
    const [photo, labels] = [readPhotoOf(scanned), readLabelsOf(scanned)];
    if (photo === undefined || labels === undefined) return [];
    if (photo.height === labels.height && photo.width === labels.width) return [];
    const turned = photo.orientation > 4 && photo.height === labels.width && photo.width === labels.height;
    const file = `${scanned.labelFile} (${labels.width}x${labels.height} for ${photo.width}x${photo.height})`;
    return [{ turned, file }];
  });
  return [true, false].flatMap((turned) => {
    const files = different.filter((entry) => entry.turned === turned).map(({ file }) => file);
    return finding(
      ["error", "sizes-differ"],
      files,
      `expected label maps of their photo's size (width x height), got another in ${files.length}`,
      turned
        ? "The photos are turned by their EXIF orientation: turn the label maps too, or remove the tag."
        : "Draw the label maps on the photos as they are, or resize them with nearest neighbour.",
    );
  });
}

function mostlyVoid({ photos, mapping }: DatasetScan, share: number): Finding[] {
  const files = photos.filter((photo) => voidShare(readLabelsOf(photo), mapping.table) > share);
  return finding(
    ["warning", "much-void"],
    files.map(({ labelFile }) => labelFile),
    `expected at most ${100 * share} % void, got more in ${files.length} label maps`,
    "Void is neither trained nor scored: check that it is meant so.",
  );
}

function voidShare(labels: LabelFacts | undefined, table: ClassTable): number {
  if (labels === undefined || holdsOnlyVoid(labels)) return 0;
  const pixels = labels.values.filter(([value]) => table[value] === VOID).reduce((sum, [, count]) => sum + count, 0);
  return pixels / (labels.height * labels.width);
}

type ClassTable = DatasetScan["mapping"]["table"];

function valuesOf(photos: readonly ScannedPhoto[]): number[] {
  const values = photos.flatMap((photo) => readLabelsOf(photo)?.values.map(([value]) => value) ?? []);
  return [...new Set(values)].sort((a, b) => a - b);
}
