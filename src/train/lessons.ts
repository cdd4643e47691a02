/** What is learnt from a teacher: its description, the settings of the training and our classes, put together. */
import { FormatError, OptionError } from "../errors.ts";
import type { Others } from "../labels/index.ts";
import type { TrainConfig } from "./config.ts";
import type { Distillation, ScoreLesson, TeacherOutput } from "./distillation.ts";
import type { TeacherFile } from "./teacher-file.ts";

export type DistillSettings = TrainConfig["distill"];

/** Our classes, which the teacher's are mapped to by name. */
export interface TaughtClasses {
  readonly names: readonly string[];
  /** What the teacher's other classes become: part of the background, or left out. */
  readonly others: Others;
}

/** The outputs that are learnt from. */
export interface Lessons {
  readonly scores: string | undefined;
  readonly features: readonly { readonly layer: string; readonly output: string }[];
}

/**
 * @param path - The description's, for messages.
 * @throws {OptionError} if nothing is left to learn.
 */
export function chooseLessons(file: TeacherFile, settings: DistillSettings, path: string): Lessons {
  const scores = settings.scores > 0 ? file.scores : undefined;
  const pairs = settings.features > 0 ? Object.entries(settings.layers ?? file.features) : [];
  if (scores === undefined && pairs.length === 0) {
    throw new OptionError(
      `distill: expected scores or features to learn from, got neither in ${path} with a weight above 0. Raise distill.scores or distill.features.`,
    );
  }
  return { scores, features: pairs.map(([layer, output]) => ({ layer, output })) };
}

/**
 * @param outputs - Sizes of the outputs by name, as the teacher gave them.
 * @throws {FormatError} if the description's classes are not as many as the scores. {@link OptionError} if the teacher does
 *   not know one of our classes.
 */
export function planLessons(
  { scores, features }: Lessons,
  outputs: ReadonlyMap<string, TeacherOutput>,
  file: TeacherFile,
  settings: DistillSettings,
  ours: TaughtClasses,
  path: string,
): Distillation {
  const lesson = scores === undefined ? undefined : outputs.get(scores);
  return {
    ...(lesson === undefined ? {} : { scores: scoreLesson(lesson, file, settings, ours, path) }),
    features: features.flatMap(({ layer, output }) => {
      const map = outputs.get(output);
      return map === undefined ? [] : [{ ...map, layer, weight: settings.features }];
    }),
  };
}

function scoreLesson(
  output: TeacherOutput,
  { classes }: TeacherFile,
  { scores: weight, temperature }: DistillSettings,
  { names, others }: TaughtClasses,
  path: string,
): ScoreLesson {
  if (classes.length !== output.channels) {
    throw new FormatError(
      `readTeacherFile: ${path}: classes: expected ${output.channels} names, one for each channel of "${output.output}", got ${classes.length}.`,
    );
  }
  const unknown = names.filter((name) => !classes.includes(name));
  if (unknown.length > 0) {
    throw new OptionError(
      `distill: expected a teacher that knows all classes, got none of its channels for ${unknown.join(", ")}. ` +
        `Write our names under classes in ${path}, or learn from features only: --set distill.scores=0`,
    );
  }
  const other = others === "void" ? -1 : 0;
  return {
    ...output,
    weight,
    temperature,
    classes: classes.map((name) => (names.includes(name) ? names.indexOf(name) : other)),
  };
}
