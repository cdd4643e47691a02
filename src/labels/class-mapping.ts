/** From the values in label files to the classes that are trained or scored. */
import { DatasetError, OptionError } from "../errors.ts";
import { type LabelMap, labelMap, VOID } from "./label-map.ts";

/** What becomes of classes of the data set that are not wanted. */
export type Others = "background" | "void";

/** A table from label values to classes. */
export interface ClassMapping {
  /** The wanted classes, in the order of their new ids. */
  readonly names: readonly string[];
  /** New label of each of the 256 values; -1 for a value that the data set may not hold. */
  readonly table: Int16Array;
  /** Names of the data set that became background or void. */
  readonly others: readonly string[];
  /** Wanted names that the data set does not have. */
  readonly missing: readonly string[];
  /** What the others became. */
  readonly othersBecome: Others;
}

/**
 * Maps the classes of a data set to wanted ones by name; void stays void.
 *
 * @param names - The data set's classes; the position is the label value.
 * @param wanted - The classes to train or score; the position is the new label, 0 is background.
 * @param othersBecome - What becomes of the data set's other classes.
 * @throws {OptionError} if other classes become background and the first wanted class is another of the data set.
 * @example
 * ```ts
 * const mapping = mapClasses(VOC_CLASSES, ["background", "cat", "dog"], "background");
 * const labels = applyMapping(decodeLabelMap(bytes, "a.png"), mapping, "a.png"); // 8 becomes 1, 12 becomes 2
 * ```
 */
export function mapClasses(
  names: readonly string[],
  wanted: readonly string[] = names,
  othersBecome: Others = "background",
): ClassMapping {
  const table = new Int16Array(256).fill(-1);
  table[VOID] = VOID;
  names.forEach((name, value) => {
    const label = wanted.indexOf(name);
    table[value] = label >= 0 ? label : othersBecome === "void" ? VOID : 0;
  });
  const others = names.filter((name) => !wanted.includes(name));
  const [background = ""] = names;
  if (others.length > 0 && othersBecome === "background" && names.indexOf(wanted[0] ?? "") > 0) {
    throw new OptionError(
      `mapClasses: expected "${background}" as the first of the wanted classes, since others count as it, got ` +
        `"${wanted[0]}". Put it first, or let others be void.`,
    );
  }
  return {
    names: wanted,
    table,
    others,
    missing: wanted.filter((name) => !names.includes(name)),
    othersBecome,
  };
}

/**
 * Adds a map of file values in front of a mapping: `{ 255: 1 }` reads 255 as 1. Values that are not named stay.
 *
 * @param values - File value to the data set's label (a class id, or 255 for void).
 */
export function mapValues(mapping: ClassMapping, values: ReadonlyMap<number, number>): ClassMapping {
  const table = Int16Array.from(mapping.table);
  for (const [from, to] of values) table[from] = mapping.table[to]!;
  return { ...mapping, table };
}

/**
 * Reads a map of file values such as `255=1,3=void`.
 *
 * @param texts - Each `FROM=TO[,FROM=TO...]`; TO is a class id, a class name or `void`.
 * @param names - The data set's classes.
 * @throws {OptionError} if a part cannot be read or names a value twice.
 */
export function parseValueMap(texts: readonly string[], names: readonly string[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const part of texts.flatMap((text) => text.split(",")).map((text) => text.trim())) {
    const [, from = "", to = ""] = /^(\d+)\s*=\s*(.+)$/.exec(part) ?? [];
    const label = to === "void" ? VOID : names.includes(to) ? names.indexOf(to) : /^\d+$/.test(to) ? Number(to) : -1;
    const known = label === VOID || (label >= 0 && label < names.length);
    if (from === "" || Number(from) > 255 || !known) {
      throw new OptionError(
        `parseValueMap: expected VALUE=CLASS with a value 0 to 255 and a class 0 to ${names.length - 1}, a class name or void, ` +
          `got "${part}". Example: 255=1`,
      );
    }
    if (values.has(Number(from))) throw new OptionError(`parseValueMap: expected each value once, got ${from} twice.`);
    values.set(Number(from), label);
  }
  return values;
}

/**
 * Applies a mapping to a label map.
 *
 * @param name - Named in errors, e.g. the path.
 * @param option - Named in errors: the option of the command line that maps values.
 * @throws {DatasetError} if the map holds a value that the data set does not have.
 */
export function applyMapping(labels: LabelMap, mapping: ClassMapping, name: string, option = "--map"): LabelMap {
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) {
    const label = mapping.table[labels.data[i]!]!;
    if (label < 0) throw unknownValue(labels, mapping, name, option);
    data[i] = label;
  }
  return labelMap(data, labels.height, labels.width);
}

/** One sentence on what was not taken over by name; empty if everything was. */
export function describeMapping(mapping: ClassMapping): string {
  const others = mapping.others.length === 0 ? "" : `counted as ${mapping.othersBecome}: ${mapping.others.join(", ")}`;
  const missing = mapping.missing.length === 0 ? "" : `not in the data set: ${mapping.missing.join(", ")}`;
  return [others, missing].filter((part) => part !== "").join("; ");
}

function unknownValue(labels: LabelMap, mapping: ClassMapping, name: string, option: string): DatasetError {
  const counts = new Map<number, number>();
  for (const value of labels.data) if (mapping.table[value]! < 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  const held = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 5);
  const highest = mapping.table.findLastIndex((label, value) => label >= 0 && value !== VOID);
  return new DatasetError(
    `readLabelMap: ${name}: expected classes 0 to ${highest} and void ${VOID}, got ` +
      `${held.map(([value, count]) => `${value} (${count} pixels)`).join(", ")}${counts.size > 5 ? ", ..." : ""}. ` +
      `Map values with ${option}, e.g. ${option} ${held[0]?.[0] ?? VOID}=1, or give the right class list.`,
    name,
  );
}
