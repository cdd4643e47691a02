/** What the golden cases of whole networks have in common. */

import type { Net } from "deconvnet/nets";
import { type Graph, GraphBuilder, type Tensor } from "deconvnet/onnx";
import type { MicroBatch } from "deconvnet/train";
import type { GoldenCase } from "./golden-case.ts";
import { asInt32 } from "./loss.ts";

/** Both forms that a net is built in. */
const FORMS = [
  { form: "native", unpooling: "native", batchNorm: "operator" },
  { form: "portable", unpooling: "portable", batchNorm: "primitives" },
] as const;

export type Form = (typeof FORMS)[number];

/** The forms that the case's device runs. */
export function formsOf(golden: GoldenCase): readonly Form[] {
  return FORMS.filter(({ form }) => golden.isNative || form === "portable");
}

export function batchOf(golden: GoldenCase): MicroBatch {
  return { images: golden.input("input"), labels: asInt32(golden.input("labels")) };
}

/** Every parameter of a net, from the first tensor of the file that has it. */
export function parametersOf(
  net: Net,
  golden: GoldenCase,
  namesOf: (parameter: string) => readonly string[],
  fallback: (parameter: Net["parameters"][number]) => Tensor,
): Map<string, Tensor> {
  return new Map(
    net.parameters.map((parameter) => {
      const stored = namesOf(parameter.name).find((name) => golden.has(name));
      return [parameter.name, stored === undefined ? fallback(parameter) : golden.input(stored)];
    }),
  );
}

/** The same graph with other outputs. */
export function withOutputs(graph: Graph, names: readonly string[]): Graph {
  const g = GraphBuilder.from(graph);
  for (const name of names) g.output(g.value(name));
  return g.build();
}

/** Compares gradients with a float32 and a float64 run. */
export function checkGradients(golden: GoldenCase, gradients: ReadonlyMap<string, Float32Array>, form: string): void {
  for (const [name, data] of gradients) {
    const { shape } = golden.stored(`param.${name}`);
    for (const run of ["grad", "grad64"]) golden.check(`${run}.${name}`, { shape, data }, form);
  }
}

/** Every `stride`-th row and column of `[n, c, h, w]`. */
export function sampled({ shape, data }: Tensor, stride: number): { shape: readonly number[]; data: number[] } {
  const [n = 0, channels = 0, height = 0, width = 0] = shape;
  const result: number[] = [];
  for (let plane = 0; plane < n * channels; plane++) {
    for (let y = 0; y < height; y += stride) {
      for (let x = 0; x < width; x += stride) result.push(Number(data[(plane * height + y) * width + x]));
    }
  }
  return { shape: [n, channels, Math.ceil(height / stride), Math.ceil(width / stride)], data: result };
}

/** Compares a score map with `<name>_s<stride>`, `<name>_image<i>` and `<name>` itself, as far as the file has them. */
export function checkScores(golden: GoldenCase, name: string, scores: Tensor, form: string): void {
  golden.check(name, scores, form);
  for (const stored of golden.names) {
    const [, what, number] = new RegExp(`^${name}_(s|image)(\\d+)$`).exec(stored) ?? [];
    if (what === "s") golden.check(stored, sampled(scores, Number(number)), form);
    if (what === "image") golden.check(stored, imageOf(scores, Number(number)), form);
  }
}

function imageOf({ shape, data }: Tensor, index: number): { shape: readonly number[]; data: ArrayLike<number> } {
  const size = shape.slice(1).reduce((product, dim) => product * dim, 1);
  return { shape: shape.slice(1), data: (data as Float32Array).subarray(index * size, (index + 1) * size) };
}
