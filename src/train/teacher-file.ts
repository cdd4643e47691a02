/** The short YAML file beside a teacher: what its ONNX model takes, puts out, and calls things. */
import { z } from "zod";
import { FormatError } from "../errors.ts";
import { lineOfKey, parseYaml } from "./yaml-lines.ts";

const color = z.tuple([z.number(), z.number(), z.number()]);

const teacherFileSchema = z.strictObject({
  /** What model files call it. */
  name: z.string().optional(),
  license: z.string().optional(),
  input: z.strictObject({
    /** The graph's input, float32 `[n, 3, size, size]`. */
    name: z.string(),
    /** Side that the crops are drawn at, px. */
    size: z.number().int().min(1),
    order: z.enum(["rgb", "bgr"]).default("rgb"),
    /** Subtracted, then divided by, in the order of the channels; values are 0 to 255. */
    mean: color.default([0, 0, 0]),
    std: color
      .refine((values) => values.every((value) => value > 0), "Invalid input: expected 3 numbers > 0")
      .default([1, 1, 1]),
  }),
  /** The output `[n, classes, h, w]` of scores before the softmax. */
  scores: z.string().optional(),
  /** For layers of ours the output that they learn from. */
  features: z.record(z.string(), z.string()).default({}),
  /** The first and last element of an output lie on the centres of the input's corner pixels. */
  alignCorners: z.boolean().default(false),
  /** For each channel of the scores the name of our class; names that are none of ours are the others. */
  classes: z.array(z.string()).default([]),
});

export type TeacherFile = z.infer<typeof teacherFileSchema>;

/**
 * Parses and checks the description of a teacher; data only, nothing in it is executed.
 *
 * @param source - Named in messages: the file's path.
 * @throws {FormatError} in one line, with the line of the file.
 */
export function readTeacherFile(text: string, source: string): TeacherFile {
  const parsed = parseYaml(text, source, (message, options) => new FormatError(`readTeacherFile: ${message}`, options));
  const result = teacherFileSchema.safeParse(parsed, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  const line = lineOfKey(text, path);
  throw new FormatError(
    `readTeacherFile: ${source}${line === undefined ? "" : `, line ${line}`}: ${path.join(".") || "teacher"}: ${describe(issue)}`,
  );
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys")
    return `expected a known key (${Object.keys(teacherFileSchema.shape).join(", ")}), got another.`;
  return `${issue.message}, got ${(JSON.stringify(issue.input) ?? "nothing").slice(0, 80)}.`;
}
