/** The zod schema behind {@link ModelMetadata}; a module of its own because it is loaded only when it is needed. */
import { z } from "zod";
import { printable } from "../printable.ts";
import type { ModelMetadata } from "./model-metadata.ts";

/** Deep enough for every configuration; a file that nests deeper wants to exhaust the stack. */
const MAX_DEPTH = 16;

/**
 * An absolute path of any system, at the start of a text or behind a space, quote, bracket or other separator. A path
 * inside a sentence needs two parts, so that "cats /dogs" passes.
 */
const ABSOLUTE_PATH = /^\/\S|(?:^|[\s"'`=:;,([{<])(?:\/[^\s/]+\/\S|[A-Za-z]:[\\/]|\\\\\S|~[\\/]|file:\/\/)/;

const text = z.string().min(1).max(10_000);
const count = z.int().min(0);
const byte = z.int().min(0).max(255);

const training = z.strictObject({
  dataSets: z
    .array(z.strictObject({ name: text, split: text.exactOptional(), images: count.exactOptional() }).readonly())
    .min(1)
    .readonly(),
  seed: z.int().exactOptional(),
  samples: count.exactOptional(),
  steps: count.exactOptional(),
  details: z.record(z.string(), z.json()).exactOptional(),
});

const common = {
  architecture: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "expected lower-case letters, digits and hyphens"),
  architectureOptions: z.record(z.string(), z.json()),
  channelOrder: z.enum(["BGR", "RGB"]),
  mean: z.tuple([z.number(), z.number(), z.number()]).readonly(),
  training: training.readonly().exactOptional(),
  license: text.exactOptional(),
  authors: text.exactOptional(),
  changes: text.exactOptional(),
};

const layers = z.strictObject({ contents: z.literal("layers"), ...common });

const net = z
  .strictObject({
    contents: z.literal("net"),
    ...common,
    classNames: z.array(text).min(1).max(255, "expected at most 255 classes, 255 is void").readonly(),
    palette: z.array(z.tuple([byte, byte, byte]).readonly()).readonly(),
    evaluationSize: z.int().min(1).max(65_536),
  })
  .refine(({ classNames }) => new Set(classNames).size === classNames.length, {
    path: ["classNames"],
    message: "expected names that differ",
  })
  .refine(({ classNames, palette }) => classNames.length === palette.length, {
    path: ["palette"],
    message: "expected one colour for each class name",
  });

const schema: z.ZodType<ModelMetadata> = z.discriminatedUnion("contents", [net, layers]);

/**
 * Checks metadata.
 *
 * @returns The metadata, or what is wrong with them in a few words.
 */
export function checkModelMetadata(fields: unknown): ModelMetadata | string {
  const problem = findUnfit(fields, "", 0);
  if (problem !== undefined) return problem;
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3).map(({ path, message }) => `${path.join(".")}: ${message}`);
  const more = result.error.issues.length - issues.length;
  return printable(issues.join("; "), 500) + (more > 0 ? `; and ${more} more` : "");
}

/** Looks for what no field may hold, however deep: absolute paths, keys that reach a prototype, bottomless nesting. */
function findUnfit(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value === "string") {
    if (!ABSOLUTE_PATH.test(value)) return undefined;
    return `what looks like an absolute path at ${printable(path)}: "${printable(value)}" (give the data set's name)`;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === MAX_DEPTH) return `more than ${MAX_DEPTH} levels of nesting at ${printable(path)}`;
  for (const [key, child] of Object.entries(value)) {
    const childPath = path === "" ? key : `${path}.${key}`;
    if (key === "__proto__") return `the key ${printable(childPath)}`;
    const problem = findUnfit(key, `${childPath} (a key)`, depth) ?? findUnfit(child, childPath, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
