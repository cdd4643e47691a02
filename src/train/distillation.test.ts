import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpreter.ts";
import { build, type NumericTensor } from "../../test/reference/numeric-tensor.ts";
import { OptionError } from "../errors.ts";
import { LayerBuilder, type Net } from "../nets/index.ts";
import { GraphBuilder } from "../onnx/index.ts";
import { adapterParameters, type Distillation, distillationTerms, initializeAdapters } from "./distillation.ts";

/** Scores of 2 classes from one 1x1 convolution on 2x2 px. */
function scoreNet(): Net {
  const layers = new LayerBuilder("scores", {});
  return layers.build(
    "scores",
    layers.conv(layers.input(2, 2), "score", 2, { kernel: 1, pad: 0, relu: false }),
    "score",
  );
}

/** The terms with all parameters 0 but the score's bias. */
function termsOf(distillation: Distillation, teacher: Record<string, NumericTensor>, bias: number[]): number[] {
  const net = scoreNet();
  const g = GraphBuilder.from(net.graph);
  const terms = distillationTerms(g, net, distillation);
  const graph = g.build();
  const zeros = graph.parameters.map(({ name, shape }) => [name, build(shape as number[], () => 0)] as const);
  const feeds = {
    input: build([1, 3, 2, 2], () => 0),
    ...Object.fromEntries(zeros),
    "score.bias": build([2], (_, i) => bias[i] ?? 0),
    ...teacher,
  };
  const values = interpret(graph, feeds);
  return terms.map(({ value }) => values.get(value.name)?.data[0] ?? Number.NaN);
}

const SCORES = { output: "s", channels: 3, height: 1, width: 1, classes: [0, 1, 1], temperature: 1, weight: 1 };
/** Exponentials 1, 2 and 1. */
const TEACHER = { "teacher/s": build([1, 3, 1, 1], (_, i) => [0, Math.log(2), 0][i] ?? 0) };

describe("the term of scores", () => {
  it("is the mean over pixels of KL(teacher || student), the probabilities of one class added: (1/4, 3/4) from (1/2, 1/2)", () => {
    const expected = 0.25 * Math.log(0.25 / 0.5) + 0.75 * Math.log(0.75 / 0.5);
    expect(termsOf({ scores: SCORES, features: [] }, TEACHER, [0, 0])[0]).toBeCloseTo(expected, 10);
    expect(termsOf({ scores: { ...SCORES, weight: 3 }, features: [] }, TEACHER, [5, 5])[0]).toBeCloseTo(
      3 * expected,
      10,
    );
  });

  it("is 0 where the student says the same", () => {
    expect(termsOf({ scores: SCORES, features: [] }, TEACHER, [1, 1 + Math.log(3)])[0]).toBeCloseTo(0, 10);
  });

  it("leaves classes out: (1, 2) of what is left", () => {
    const scores = { ...SCORES, classes: [0, 1, -1] };
    expect(termsOf({ scores, features: [] }, TEACHER, [0, Math.log(2)])[0]).toBeCloseTo(0, 10);
  });

  it("softens both by the temperature, and is multiplied by its square", () => {
    const p = Math.sqrt(3) / (1 + Math.sqrt(3));
    const expected = 4 * (p * Math.log(2 * p) + (1 - p) * Math.log(2 * (1 - p)));
    expect(termsOf({ scores: { ...SCORES, temperature: 2 }, features: [] }, TEACHER, [0, 0])[0]).toBeCloseTo(
      expected,
      10,
    );
  });

  it("refuses classes that the net does not have", () => {
    for (const classes of [
      [0, 1],
      [0, 1, 2],
    ]) {
      expect(() => termsOf({ scores: { ...SCORES, classes }, features: [] }, TEACHER, [0, 0])).toThrow(OptionError);
    }
  });
});

describe("the term of features", () => {
  const lesson = { output: "f", channels: 1, height: 1, width: 2, layer: "score", weight: 2 };

  it("is the mean squared distance to features of mean 0 and variance 1", () => {
    // 3 and 7 become -1 and 1; resized to 2x2 they stay so. An adapter of zeros is 1 away.
    const teacher = { "teacher/f": build([1, 1, 1, 2], (_, i) => 3 + 4 * i) };
    expect(termsOf({ features: [lesson] }, teacher, [0, 0])[0]).toBeCloseTo(2, 4);
  });

  it("takes a channel that is the same everywhere for 0", () => {
    expect(termsOf({ features: [lesson] }, { "teacher/f": build([1, 1, 1, 2], () => 7) }, [0, 0])[0]).toBe(0);
  });
});

describe("adapters", () => {
  it("are 1x1 convolutions from our channels to the teacher's", () => {
    const features = [{ output: "f", channels: 5, height: 1, width: 1, layer: "score", weight: 1 }];
    const adapters = adapterParameters(scoreNet(), { features });
    expect(adapters.map(({ name, shape }) => [name, shape])).toEqual([
      ["adapter/score.weight", [5, 2, 1, 1]],
      ["adapter/score.bias", [5]],
    ]);
    const tensors = initializeAdapters(adapters, 1);
    expect([...tensors.values()].map(({ data }) => data.length)).toEqual([10, 5]);
    expect(initializeAdapters(adapters, 1)).toEqual(tensors);
    expect(initializeAdapters(adapters, 2)).not.toEqual(tensors);
  });

  it("need a layer that is there", () => {
    const features = [{ output: "f", channels: 5, height: 1, width: 1, layer: "conv9_9", weight: 1 }];
    expect(() => adapterParameters(scoreNet(), { features })).toThrow(/got "conv9_9"\. The layers: score\./);
  });
});
