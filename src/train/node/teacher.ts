/** A teacher: any ONNX model that puts out maps of scores or features, in a session and thread of its own. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { SecondInput } from "../../data/index.ts";
import { BackendError, FormatError, OptionError } from "../../errors.ts";
import type { Tensor } from "../../onnx/index.ts";
import type { SessionHost, Tensors } from "../../runtime/index.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import type { Distillation, TeacherOutput } from "../distillation.ts";
import { chooseLessons, type DistillSettings, type Lessons, planLessons, type TaughtClasses } from "../lessons.ts";
import { readTeacherFile, type TeacherFile } from "../teacher-file.ts";

export class Teacher {
  readonly file: TeacherFile;
  readonly distillation: Distillation;
  /** Of the model and its description, in hexadecimal. */
  readonly sha256: string;
  readonly #outputs: readonly TeacherOutput[];
  #host: SessionHost | undefined;

  private constructor(
    file: TeacherFile,
    distillation: Distillation,
    outputs: readonly TeacherOutput[],
    sha256: string,
    host: SessionHost,
  ) {
    this.file = file;
    this.distillation = distillation;
    this.sha256 = sha256;
    this.#outputs = outputs;
    this.#host = host;
  }

  /**
   * Loads a teacher and runs it once. That shows the sizes of its outputs, and what it needs in memory is taken already when
   * the trainer looks at what is free.
   *
   * @param model - Path of an ONNX model; its description is beside it, with the ending `.yaml`, unless the settings name one.
   * @throws {OptionError} if a file is missing, or there is nothing to learn. {@link FormatError} if the description is not one
   *   or does not fit the model. {@link BackendError} if the runtime refuses the model.
   */
  static async open(model: string, settings: DistillSettings, ours: TaughtClasses): Promise<Teacher> {
    const path = settings.description ?? `${model.replace(/\.onnx$/i, "")}.yaml`;
    const bytes = await readNamed(model, "an ONNX model");
    const description = await readNamed(path, "the teacher's description");
    const file = readTeacherFile(description.toString("utf8"), path);
    const lessons = chooseLessons(file, settings, path);
    const { name, size } = file.input;
    const takes = `one that takes "${name}" as float32 [1, 3, ${size}, ${size}]`;
    const host = await naming(model, "an ONNX model", () => nodeRuntime.open(model, { threads: settings.threads }));
    try {
      requireNames(host, file, lessons, path);
      const outputs = await naming(model, takes, () => probe(host, file, lessons, path));
      const distillation = planLessons(lessons, outputs, file, settings, ours, path);
      const sha256 = createHash("sha256").update(bytes).update(description).digest("hex");
      return new Teacher(file, distillation, [...outputs.values()], sha256, host);
    } catch (error) {
      await host.dispose();
      throw error;
    }
  }

  /** What it sees of a sample. */
  get input(): SecondInput {
    const { size, order, mean, std } = this.file.input;
    return { size, preprocessing: { order, mean, std } };
  }

  /**
   * Runs it on a batch: an image at a time, so that its memory does not grow with the batch.
   *
   * @param images - Float32, shape `[count, 3, size, size]`.
   * @returns Its outputs by name, float32 `[count, channels, height, width]`.
   */
  async run(images: Float32Array, count: number): Promise<Record<string, Tensor>> {
    const host = this.#host;
    if (host === undefined) throw new BackendError("Teacher: expected an open teacher, got one that was disposed.");
    const length = images.length / count;
    const names = this.#outputs.map(({ output }) => output);
    const results = await Promise.all(
      Array.from({ length: count }, (_, i) => {
        const feeds = feedsOf(this.file, images.slice(i * length, (i + 1) * length));
        return host.run(feeds, names, { signal: undefined, transfer: true });
      }),
    );
    return stack(this.#outputs, results);
  }

  /** Frees the session and its thread; a second call does nothing. */
  async dispose(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

async function readNamed(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new OptionError(`--teacher: expected ${what} at ${path}, got: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Says of which file the runtime speaks, and what was expected of it. */
async function naming<T>(model: string, rule: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw new BackendError(`--teacher: ${model}: expected ${rule}, got: ${error.message}`, { cause: error });
  }
}

function requireNames(
  { inputNames, outputNames }: SessionHost,
  { input }: TeacherFile,
  lessons: Lessons,
  path: string,
): void {
  if (inputNames.length !== 1 || inputNames[0] !== input.name) {
    throw new FormatError(
      `readTeacherFile: ${path}: input.name: expected the model's only input (${inputNames.join(", ")}), got "${input.name}".`,
    );
  }
  for (const output of outputsOf(lessons)) {
    if (outputNames.includes(output)) continue;
    throw new FormatError(
      `readTeacherFile: ${path}: expected outputs of the model (${outputNames.join(", ")}), got "${output}".`,
    );
  }
}

function outputsOf({ scores, features }: Lessons): string[] {
  return [...new Set([...(scores === undefined ? [] : [scores]), ...features.map(({ output }) => output)])];
}

/** The sizes of what the teacher puts out, from a run on a picture of zeros. */
async function probe(
  host: SessionHost,
  file: TeacherFile,
  lessons: Lessons,
  path: string,
): Promise<Map<string, TeacherOutput>> {
  const feeds = feedsOf(file, new Float32Array(3 * file.input.size ** 2));
  const results = await host.run(feeds, outputsOf(lessons), { signal: undefined, transfer: true });
  const aligned = file.alignCorners ? { alignedTo: file.input.size } : {};
  return new Map(
    Object.entries(results).map(([output, { type, shape }]) => {
      const [images, channels = 0, height = 0, width = 0] = shape;
      if (type === "float32" && shape.length === 4 && images === 1)
        return [output, { output, channels, height, width, ...aligned }];
      throw new FormatError(
        `readTeacherFile: ${path}: expected "${output}" as float32 [1, channels, height, width], got ${type} [${shape.join(", ")}].`,
      );
    }),
  );
}

function feedsOf({ input: { name, size } }: TeacherFile, data: Float32Array<ArrayBuffer>): Tensors {
  return { [name]: { type: "float32", shape: [1, 3, size, size], data } };
}

/** Maps of single images as those of a batch. */
function stack(outputs: readonly TeacherOutput[], results: readonly Tensors[]): Record<string, Tensor> {
  return Object.fromEntries(
    outputs.map(({ output, channels, height, width }) => {
      const length = channels * height * width;
      const data = new Float32Array(results.length * length);
      for (const [i, result] of results.entries()) data.set((result[output]?.data ?? []) as Float32Array, i * length);
      return [output, { type: "float32", shape: [results.length, channels, height, width], data }];
    }),
  );
}
