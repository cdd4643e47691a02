/** The keys of a schema, and which of them a mistyped one was meant to be. */
import leven from "leven";
import { z } from "zod";

/** All keys below a schema, with dots: `schedule.learningRate`. */
export function knownKeys(schema: z.core.$ZodType, prefix = ""): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, inner]) => {
    const key = `${prefix}${name}`;
    return [key, ...knownKeys(inner, `${key}.`)];
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

/** The fields of an object behind defaults and preprocessing; of a union those of all its members. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe) return shapeOf(schema.out);
  if (schema instanceof z.ZodUnion) return Object.assign({}, ...schema.options.map(shapeOf));
  const wraps = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wraps ? shapeOf(schema.unwrap()) : {};
}
