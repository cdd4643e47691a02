/** What label values that no class has were probably meant to be. */
import { VOID } from "../../labels/index.ts";

/** What to do where nothing says what the classes are. */
export const CLASS_NAMES = "write the class names into classes.txt (they are taken for VOC's)";

export interface Suggestion {
  /** What to do, in a sentence. */
  readonly text: string;
  /** The map that the values speak for, such as `128=1`; `undefined` if they could mean anything. */
  readonly map?: string;
}

/**
 * Says what to do about values outside the classes.
 *
 * @param values - All values of the label files, sorted.
 * @param names - The set's classes, by label value.
 * @param unmapped - Those of the values that have no class, most frequent first.
 * @param assumed - True if the classes are only taken for VOC's.
 */
export function suggestMap(
  values: readonly number[],
  names: readonly string[],
  unmapped: readonly number[],
  assumed: boolean,
): Suggestion {
  const classes = names.length;
  const known = values.filter((value) => value !== VOID);
  const highest = known.at(-1) ?? 0;
  const upTo = known.length > classes - 2;
  if (known[0] === 1 && highest === classes && upTo) {
    const map = mapText(from1(classes));
    return { text: `Labels seem to count from 1: pass --map ${map}.`, map };
  }
  if (known[0] === 0 && highest === classes && upTo && names[0] !== "background" && !assumed) {
    return { text: 'Background seems to have no name: write "background" as the first line of the class list.' };
  }
  const inOrder = [known, values].find((list) => list[0] === 0 && list.length === classes);
  if (inOrder !== undefined) {
    const map = mapText(inOrder.map((value, i) => [value, i] as const).filter(([from, to]) => from !== to));
    const meant = inOrder.map((_, i) => i);
    const text = `Values {${inOrder.join(", ")}}: did you mean {${meant.join(", ")}}? Pass --map ${map}.`;
    // Of more than one class the order is a guess.
    return classes === 2 ? { text, map } : { text };
  }
  const [first = VOID] = unmapped;
  const list = assumed ? CLASS_NAMES : "give the right class list";
  return { text: `Map values, e.g. --map ${first}=1 or --map ${first}=void, or ${list}.` };
}

function from1(classes: number): (readonly [number, number])[] {
  return Array.from({ length: classes }, (_, i) => [i + 1, i] as const);
}

function mapText(pairs: readonly (readonly [from: number, to: number])[]): string {
  return pairs.map(([from, to]) => `${from}=${to}`).join(",");
}
