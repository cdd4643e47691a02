/** Evaluations that were written as JSON: read back, and put together. */
import { FormatError, OptionError } from "../errors.ts";
import { printable } from "../printable.ts";
import { Evaluation } from "./evaluation.ts";
import type { EvaluationFields } from "./evaluation-schema.ts";

/**
 * Reads the JSON of an evaluation; the scores in it are computed again from the counts of its images.
 *
 * @param text - As written by `deconvnet evaluate --json`.
 * @param source - Named in errors, e.g. the path.
 * @throws {FormatError} if it is something else.
 */
export async function readEvaluation(text: string, source: string): Promise<Evaluation> {
  const { checkEvaluation } = await import("./evaluation-schema.ts");
  const fields = checkEvaluation(parse(text, source));
  if (typeof fields === "string") throw damaged(source, fields);
  const classNames = fields.classes.map(({ name }) => name);
  const evaluation = new Evaluation(classNames, { boundaryTolerance: fields.boundaryF1?.tolerance });
  const ids = new Set<string>();
  for (const { id, counts, boundaryF1 } of fields.images) {
    const problem = ids.has(id) ? "it is there twice" : findProblem({ counts, boundaryF1 }, evaluation);
    if (problem !== undefined) throw damaged(source, `image "${id}": ${problem}`);
    ids.add(id);
    evaluation.addRecord({ id, counts, boundaryF1 });
  }
  return evaluation;
}

/**
 * Puts the parts of an evaluation together, such as those of several machines; the result is that of one evaluation of all
 * images. In another order the parts give the same scores; only the images are listed in another order.
 *
 * @param parts - With the same classes in the same order and the same tolerance; at least one.
 * @param sources - Named in errors, one for each part.
 * @throws {OptionError} if the parts differ in classes or tolerance, or have an image in common.
 */
export function mergeEvaluations(parts: readonly Evaluation[], sources: readonly string[]): Evaluation {
  const [first] = parts;
  if (first === undefined) throw new OptionError("mergeEvaluations: expected at least 1 evaluation, got 0.");
  const merged = new Evaluation(first.classNames, { boundaryTolerance: first.boundaryTolerance });
  const sourceOf = new Map<string, string>();
  parts.forEach((part, i) => {
    const source = sources[i] ?? `part ${i + 1}`;
    requireSame("the classes", first.classNames, part.classNames, source);
    requireSame("the boundary tolerance", toleranceOf(first), toleranceOf(part), source);
    requireNew(part, sourceOf, source);
    for (const record of part.images) {
      merged.addRecord(record);
      sourceOf.set(record.id, source);
    }
  });
  return merged;
}

function toleranceOf({ boundaryTolerance }: Evaluation): string[] {
  return [`${boundaryTolerance ?? "none"}`];
}

function requireSame(what: string, expected: readonly string[], got: readonly string[], source: string): void {
  if (expected.length === got.length && expected.every((name, i) => name === got[i])) return;
  const [wanted, found] = [expected, got].map((names) => printable(names.join(", "), 400));
  throw new OptionError(
    `mergeEvaluations: ${source}: expected ${what} of the first part (${wanted}), got ${found}. Evaluate all parts in the same way.`,
  );
}

function requireNew({ images }: Evaluation, sourceOf: ReadonlyMap<string, string>, source: string): void {
  const [first, ...others] = images.filter(({ id }) => sourceOf.has(id));
  if (first === undefined) return;
  throw new OptionError(
    `mergeEvaluations: ${source}: expected images that no other part has, got ${others.length + 1} of ${images.length} a second ` +
      `time, first "${printable(first.id)}" of ${sourceOf.get(first.id)}. They would count twice: leave one of the parts out.`,
  );
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged(source, (error as Error).message);
  }
}

function findProblem(
  { counts, boundaryF1 }: Pick<EvaluationFields["images"][number], "counts" | "boundaryF1">,
  { classNames, boundaryTolerance }: Evaluation,
): string | undefined {
  const classes = classNames.length;
  const outside = counts.find(([truth, predicted]) => truth >= classes || predicted >= classes);
  if (outside !== undefined) return `expected classes 0 to ${classes - 1}, got ${outside.slice(0, 2).join(" and ")}`;
  const wanted = boundaryTolerance === undefined ? undefined : classes;
  return boundaryF1?.length === wanted
    ? undefined
    : `expected ${wanted ?? "no"} boundary scores, got ${boundaryF1?.length ?? "none"}`;
}

function damaged(source: string, problem: string): FormatError {
  return new FormatError(
    `readEvaluation: ${source}: expected the JSON of an evaluation, got ${printable(problem, 200)}. ` +
      "Write it with: deconvnet evaluate --json",
  );
}
