/** The keys of a schema, and which of them a mistyped one was meant to be. */
import leven from "leven";
import { z } from "zod";

/** All keys below a schema, with dots, those of the items of a list with brackets: `schedule.learningRate`, `data.sets[].weight`. */
export function knownKeys(schema: z.core.$ZodType, prefix = ""): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, inner]) => {
    const key = `${prefix}${name}`;
    const item = itemOf(inner);
    return [key, ...(item === undefined ? knownKeys(inner, `${key}.`) : knownKeys(item, `${key}[].`))];
  });
}

/**
 * The known key that is most like a word. A key of the right name in another place is near: `learningRate` and
 * `solver.learningRate` are taken for `schedule.learningRate`.
 */
export function nearestKey(word: string, keys: readonly string[]): string | undefined {
  const others = keys.filter((key) => !word.startsWith(`${key}.`));
  const distances = others.map((key) => ({ key, distance: distanceOf(word.toLowerCase(), key.toLowerCase()) }));
  const [best] = distances.sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.key : undefined;
}

function distanceOf(word: string, key: string): number {
  const last = (text: string): string => text.slice(text.lastIndexOf(".") + 1);
  return Math.min(leven(word, key), leven(last(word), last(key)) + 1);
}

/** The fields of an object behind defaults; of a union those of all its members. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return inner.shape;
  return inner instanceof z.ZodUnion ? Object.assign({}, ...inner.options.map(shapeOf)) : {};
}

/** What the items of a list are; `undefined` for anything else. */
function itemOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodArray ? inner.element : undefined;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const wraps = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wraps ? unwrapped(schema.unwrap()) : schema;
}
