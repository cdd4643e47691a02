/** The zod schema of an evaluation's JSON; a module of its own because it is loaded only when it is needed. */
import { z } from "zod";

const count = z.int().min(0);
const pixels = z.int().min(1);
const share = z.number().min(0).max(1);

const image = z.object({
  id: z.string(),
  counts: z.array(z.tuple([count, count, pixels]).readonly()).readonly(),
  boundaryF1: z.array(share.nullable()).readonly().optional(),
});

/** What is needed to score it again; everything else in the file follows from it. */
const evaluation = z.object({
  classes: z
    .array(z.object({ name: z.string() }))
    .min(1)
    .max(255),
  boundaryF1: z.object({ tolerance: z.number().gt(0).max(1) }).optional(),
  images: z.array(image),
});

export type EvaluationFields = z.infer<typeof evaluation>;

/** The fields, or what is wrong with them in a few words. */
export function checkEvaluation(value: unknown): EvaluationFields | string {
  const result = evaluation.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return issue === undefined ? "something else" : `${issue.path.join(".") || "the file"}: ${issue.message}`;
}
