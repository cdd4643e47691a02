/**
 * Structured forests in the layout of OpenCV's public model file (`model.yml.gz`): gzip of YAML with options, then lists
 * of numbers. Only this subset of YAML is read: keys at the start of a line, numbers in brackets.
 */

import { FormatError } from "../errors.ts";
import { printable } from "../printable.ts";
import { checkForest, type EdgeForest, MOST_TREES } from "./edge-forest.ts";
import {
  GRID_SIZE,
  INNER_SIZE,
  NORMALISATION_RADIUS,
  ORIENTATIONS,
  PATCH_SIZE,
  REGULAR_RADIUS,
  SELF_SIMILARITY_RADIUS,
  SHRINK,
  STRIDE,
} from "./forest-features.ts";
import { gunzip, gzip } from "./gzip.ts";

const CALLER = "readOpenCvForest";
/** Bytes that a file may unpack to, and numbers in it: a multiple of the published model's. */
export const LARGEST_OPENCV_FILE = 2 ** 28;
const MOST_NUMBERS = 2 ** 26;

/** The options whose value is built into the features. */
const FIXED_OPTIONS: Readonly<Record<string, number>> = {
  selfsimilarityGridSize: GRID_SIZE,
  stride: STRIDE,
  shrinkNumber: SHRINK,
  patchSize: PATCH_SIZE,
  patchInnerSize: INNER_SIZE,
  numberOfGradientOrientations: ORIENTATIONS,
  gradientSmoothingRadius: 0,
  regFeatureSmoothingRadius: REGULAR_RADIUS,
  ssFeatureSmoothingRadius: SELF_SIMILARITY_RADIUS,
  gradientNormalizationRadius: NORMALISATION_RADIUS,
};
const LISTS = ["childs", "featureIds", "thresholds", "edgeBoundaries", "edgeBins"] as const;
type ListName = (typeof LISTS)[number];

/**
 * Reads a forest from OpenCV's model file, packed or not.
 *
 * @param bytes - The file.
 * @param description - Kept in the forest if the file does not say itself where it is from, as ours do.
 * @throws {FormatError} if the file is damaged, lacks a part, or has options that the features here do not have.
 */
export async function readOpenCvForest(
  bytes: Uint8Array,
  description = "a model file of OpenCV's layout that does not say what it was trained on, nor its terms",
): Promise<EdgeForest> {
  const plain = await gunzip(CALLER, bytes, LARGEST_OPENCV_FILE);
  const { options, lists, text } = scan(plain);
  for (const [name, value] of Object.entries(FIXED_OPTIONS)) {
    if (options.get(name) !== value) {
      throw new FormatError(
        `${CALLER}: expected the option ${name} to be ${value}, got ${options.get(name) ?? "none"}.`,
      );
    }
  }
  const forest = assemble(options, lists, text ?? description);
  checkForest(CALLER, forest);
  return forest;
}

function assemble(options: ReadonlyMap<string, number>, lists: Lists, description: string): EdgeForest {
  const trees = options.get("numberOfTrees") ?? 0;
  const { childs, featureIds, thresholds, edgeBoundaries, edgeBins } = lists;
  const perTree = childs.length / trees;
  if (!Number.isInteger(trees) || trees < 1 || trees > MOST_TREES || !Number.isInteger(perTree) || perTree < 1) {
    throw new FormatError(`${CALLER}: expected numberOfTrees to divide ${childs.length} nodes, got ${trees}.`);
  }
  for (const [name, list] of [
    ["featureIds", featureIds],
    ["thresholds", thresholds],
  ] as const) {
    if (list.length !== childs.length) {
      throw new FormatError(`${CALLER}: expected ${childs.length} numbers in ${name}, got ${list.length}.`);
    }
  }
  // Models made with sharpening hold several nested sets of edges a leaf; the first is the one without.
  const sets = (edgeBoundaries.length - 1) / childs.length;
  if (!Number.isInteger(sets) || sets < 1) {
    throw new FormatError(
      `${CALLER}: expected a multiple of ${childs.length} edgeBoundaries and 1 more, got ${edgeBoundaries.length}.`,
    );
  }
  const treeStarts = Int32Array.from({ length: trees + 1 }, (_, tree) => tree * perTree);
  const starts: number[] = [0];
  const bins: number[] = [];
  for (let node = 0; node < childs.length; node++) {
    const from = edgeBoundaries[node * sets]!;
    const to = edgeBoundaries[node * sets + 1]!;
    // No bin belongs to two nodes: else a small file could ask for any amount of memory.
    const isOwn = bins.length + to - from <= edgeBins.length;
    if (!(from >= 0 && from <= to && to <= edgeBins.length && to - from <= INNER_SIZE ** 2 && isOwn)) {
      throw new FormatError(
        `${CALLER}: expected edges of node ${node} of its own within ${edgeBins.length} edgeBins, got ${from} to ${to}.`,
      );
    }
    for (let i = from; i < to; i++) bins.push(edgeBins[i]!);
    starts.push(bins.length);
  }
  return {
    treeStarts,
    treesEvaluated: options.get("numberOfTreesToEvaluate") ?? 0,
    // Stored is the left child within the tree, counted from 1; the root is nobody's child.
    children: Int32Array.from(childs, (child, node) =>
      child === 0 ? 0 : child === 1 ? -1 : node - (node % perTree) + child - 1,
    ),
    featureIds: Uint16Array.from(featureIds),
    thresholds: Float32Array.from(thresholds),
    edgeStarts: Int32Array.from(starts),
    edgeBins: Uint8Array.from(bins),
    description,
  };
}

type Lists = Readonly<Record<ListName, readonly number[]>>;

/** Largest whole number a list may hold: all but thresholds are indices. */
const WHOLE: Readonly<Record<ListName, number | undefined>> = {
  childs: 2 ** 30,
  featureIds: 0xffff,
  thresholds: undefined,
  edgeBoundaries: 2 ** 30,
  edgeBins: INNER_SIZE ** 2 - 1,
};

interface Scanned {
  readonly options: ReadonlyMap<string, number>;
  readonly lists: Lists;
  /** The description, where the file has one. */
  readonly text: string | undefined;
}

/** Walks over the lines: `key:` at their start opens a part, numbers belong to the part that is open. */
function scan(bytes: Uint8Array): Scanned {
  const head = new TextDecoder().decode(bytes.subarray(0, 9));
  if (!head.startsWith("%YAML")) {
    throw new FormatError(`${CALLER}: expected a file that begins with %YAML, got "${printable(head)}".`);
  }
  const options = new Map<string, number>();
  const lists: Record<ListName, number[]> = {
    childs: [],
    featureIds: [],
    thresholds: [],
    edgeBoundaries: [],
    edgeBins: [],
  };
  let part: ListName | "options" | undefined;
  let description: string | undefined;
  let room = MOST_NUMBERS;
  for (let at = bytes.indexOf(LINE_END) + 1; at > 0 && at < bytes.length; ) {
    let end = bytes.indexOf(LINE_END, at);
    if (end < 0) end = bytes.length;
    if (isLetter(bytes[at]!)) {
      const text = new TextDecoder().decode(bytes.subarray(at, Math.min(end, at + 64)));
      const key = text.slice(0, Math.max(0, text.indexOf(":")));
      part = key === "options" ? "options" : LISTS.find((name) => name === key);
      if (key === "description") description = readDescription(bytes.subarray(at, Math.min(end, at + LONGEST_LINE)));
      at += key.length;
    } else if (part === "options") {
      const match = /^\s+(\w+)\s*:\s*(-?\d+)\s*$/.exec(new TextDecoder().decode(bytes.subarray(at, end)));
      if (match !== null) options.set(match[1]!, Number(match[2]));
    }
    if (part !== undefined && part !== "options") room = readNumbers(bytes, at, end, part, lists[part], room);
    at = end + 1;
  }
  return { options, lists, text: description };
}

/** Bytes of a description's line at most; OpenCV's own limit is 4096. */
const LONGEST_LINE = 4000;

/** A text in double quotes, written so that JSON and YAML read it alike. */
function readDescription(line: Uint8Array): string {
  const text = new TextDecoder().decode(line).slice("description:".length);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return value;
  } catch {
    // Said below.
  }
  throw new FormatError(`${CALLER}: expected a description in double quotes, got ${printable(text.trim())}.`);
}

/** Control characters become spaces, for their escapes differ between JSON and YAML; cut where OpenCV could not read on. */
function descriptionLine(text: string): string {
  let shown = text.replace(/[\p{Cc}\p{Cs}]/gu, " ");
  const line = (): string => `description: ${JSON.stringify(shown)}`;
  while (new TextEncoder().encode(line()).length >= LONGEST_LINE) shown = shown.slice(0, 0.9 * shown.length);
  return line();
}

const LINE_END = 10;
const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
/** Bytes of a number: digits, point, sign, exponent. */
const isNumeric = (byte: number): boolean =>
  isDigit(byte) || byte === 46 || byte === 43 || byte === 45 || (byte | 32) === 101;

/**
 * Appends the numbers of one line; brackets, commas and the dash of a list item separate them.
 *
 * @param room - How many numbers there may be.
 * @returns How many more there may be.
 */
function readNumbers(
  bytes: Uint8Array,
  from: number,
  to: number,
  name: ListName,
  list: number[],
  room: number,
): number {
  const largest = WHOLE[name];
  let left = room;
  for (let at = from; at < to; at++) {
    if (!isNumeric(bytes[at]!)) {
      if (isLetter(bytes[at]!))
        throw new FormatError(`${CALLER}: expected numbers in ${name}, got text at byte ${at}.`);
      continue;
    }
    const begin = at;
    let whole = 0;
    while (at < to && isDigit(bytes[at]!)) whole = 10 * whole + bytes[at++]! - 48;
    if (at < to && isNumeric(bytes[at]!)) {
      while (at < to && isNumeric(bytes[at]!)) at++;
      const text = new TextDecoder().decode(bytes.subarray(begin, Math.min(at, begin + 40)));
      // A dash alone opens a list item.
      if (text === "-") continue;
      whole = Number(text);
      if (Number.isNaN(whole)) {
        throw new FormatError(`${CALLER}: expected a number in ${name}, got "${printable(text)}" at byte ${begin}.`);
      }
    }
    if (largest !== undefined && !(Number.isInteger(whole) && whole >= 0 && whole <= largest)) {
      throw new FormatError(`${CALLER}: expected whole numbers of 0 to ${largest} in ${name}, got ${whole}.`);
    }
    if (left-- === 0) throw new FormatError(`${CALLER}: expected at most ${MOST_NUMBERS} numbers, got more.`);
    list.push(whole);
  }
  return left;
}

/**
 * Writes a forest as a model file that OpenCV's `createStructuredEdgeDetection` loads. A key of its own, which OpenCV
 * passes over, holds the description.
 *
 * @returns gzip of the YAML text; store it as `NAME.yml.gz`: OpenCV goes by the name.
 */
export async function writeOpenCvForest(forest: EdgeForest): Promise<Uint8Array> {
  checkForest("writeOpenCvForest", forest);
  const { treeStarts, treesEvaluated, children, featureIds, thresholds, edgeStarts, edgeBins } = forest;
  const trees = treeStarts.length - 1;
  const options = { numberOfTrees: trees, numberOfTreesToEvaluate: treesEvaluated, ...FIXED_OPTIONS };
  const lines = ["%YAML:1.0", "---", descriptionLine(forest.description), "options:"];
  for (const [name, value] of Object.entries(options)) lines.push(`   ${name}: ${value}`);

  const perTree = Math.max(...Array.from({ length: trees }, (_, tree) => treeStarts[tree + 1]! - treeStarts[tree]!));
  const rows = (value: (node: number, start: number) => string): string[] =>
    Array.from({ length: trees }, (_, tree) => {
      const [start, end] = [treeStarts[tree]!, treeStarts[tree + 1]!];
      const row = Array.from({ length: perTree }, (_n, i) => (start + i < end ? value(start + i, start) : "0"));
      return `   - [ ${wrap(row)} ]`;
    });
  lines.push("childs:", ...rows((node, start) => `${children[node] === 0 ? 0 : children[node]! - start + 1}`));
  lines.push("featureIds:", ...rows((node) => `${featureIds[node]!}`));
  lines.push("thresholds:", ...rows((node) => formatFloat(thresholds[node]!)));
  const boundaries = ["0"];
  for (let tree = 0; tree < trees; tree++) {
    for (let i = 0; i < perTree; i++)
      boundaries.push(`${edgeStarts[Math.min(treeStarts[tree]! + i + 1, treeStarts[tree + 1]!)]!}`);
  }
  lines.push("edgeBoundaries:", ...rowsOf(boundaries), "edgeBins:", ...rowsOf(Array.from(edgeBins, String)), "");
  return gzip(new TextEncoder().encode(lines.join("\n")));
}

const ROW_LENGTH = 1000;
const PER_LINE = 16;

function rowsOf(values: readonly string[]): string[] {
  const rows: string[] = [];
  for (let i = 0; i < values.length; i += ROW_LENGTH) rows.push(`   - [ ${wrap(values.slice(i, i + ROW_LENGTH))} ]`);
  return rows;
}

function wrap(values: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += PER_LINE) lines.push(values.slice(i, i + PER_LINE).join(", "));
  return lines.join(",\n       ");
}

/** Nine digits keep a float32; OpenCV takes a number for a float32 only if it has a point or an exponent. */
function formatFloat(value: number): string {
  return value.toExponential(8);
}
