/** A teacher of one convolution: scores, and features, a quarter of the input's size. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BATCH, encodeModel, GraphBuilder, type Tensor } from "../../src/onnx/index.ts";
import { randomFor } from "../../src/tensor/index.ts";
import { TINY_VOC_CLASSES } from "./tiny-voc.ts";

export const TINY_TEACHER_YAML = `
name: one convolution
license: none
input: {name: image, size: 40, mean: [128, 128, 128], std: [64, 64, 64]}
scores: scores
features: {deconv4_3: features}
classes: [${[...TINY_VOC_CLASSES, "star"].join(", ")}]
`;

/** Writes `teacher.onnx` and, unless it is empty, `teacher.yaml`. @returns The model's path. */
export async function writeTinyTeacher(folder: string, yaml = TINY_TEACHER_YAML, seed = 1): Promise<string> {
  const g = new GraphBuilder("tiny-teacher");
  const image = g.input("image", "float32", [BATCH, 3, 40, 40]);
  const parameters = new Map<string, Tensor>();
  const layer = (output: string, channels: number): void => {
    const weight = g.parameter(`${output}.weight`, [channels, 3, 4, 4]);
    const random = randomFor(seed, output);
    const data = Float32Array.from({ length: channels * 48 }, () => random.normal() / 4);
    parameters.set(weight.name, { type: "float32", shape: [channels, 3, 4, 4], data });
    g.output(g.op("Conv", [image, weight], { strides: [4, 4] }, { name: output }));
  };
  layer("scores", TINY_VOC_CLASSES.length + 1);
  layer("features", 6);
  const path = join(folder, "teacher.onnx");
  await writeFile(path, encodeModel(g.build(), { parameters }));
  if (yaml !== "") await writeFile(join(folder, "teacher.yaml"), yaml);
  return path;
}
