import { expect, test } from "vitest";
import { interpret } from "../../test/reference/interpreter.ts";
import { seededNumbers } from "../../test/seeded-numbers.ts";
import { LayerBuilder } from "../nets/index.ts";
import type { Graph, Tensor } from "../onnx/index.ts";
import { FactorProduct } from "./factor-product.ts";
import { factorGradients } from "./factored-gradients.ts";
import { GradientSum } from "./gradient-sum.ts";
import { buildTrainingGraph } from "./plan.ts";

const IMAGES = 3;

function tensor(shape: readonly number[], seed: number): Tensor {
  const next = seededNumbers(seed);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next() - 0.5);
  return { type: "float32", shape, data };
}

/** conv1_1 sees 3x3 px, fc6 and fc6-deconv all there is. */
function training() {
  const net = new LayerBuilder("small", { mode: "training" });
  let x = net.conv(net.input(4, 4), "conv1_1", 5);
  x = net.conv(x, "fc6", 6, { kernel: 4, pad: 0 });
  x = net.deconv(x, "fc6-deconv", 4, { kernel: 4, pad: 0 });
  return buildTrainingGraph(net.build("small", net.conv(x, "score", 2, { kernel: 1, pad: 0, relu: false }), "score"));
}

function outputsOf({ graph, parameters }: { graph: Graph; parameters: readonly string[] }, names: readonly string[]) {
  const feeds: Record<string, Tensor> = {
    input: tensor([IMAGES, 3, 4, 4], 1),
    labels: { type: "int32", shape: [IMAGES, 4, 4], data: Int32Array.from({ length: IMAGES * 16 }, (_, i) => i % 2) },
  };
  for (const { name, shape } of graph.parameters)
    if (parameters.includes(name)) feeds[name] = tensor(shape as number[], 2 + parameters.indexOf(name));
  const values = interpret(graph, feeds);
  return Object.fromEntries(
    names.map((name) => {
      const { shape, data } = values.get(name)!;
      return [name, { type: "float32", shape, data: Float32Array.from(data, Number) } satisfies Tensor];
    }),
  );
}

/** A session's stand-in: multiplies, and counts how often. */
function multiplier() {
  const calls = { count: 0 };
  const product = new FactorProduct(() =>
    Promise.resolve({
      run: ({ left, right }: Record<string, Tensor>) => {
        calls.count++;
        const [rows = 0, inner = 0, columns = 0] = [...(left?.shape ?? []), right?.shape[1]];
        const data = new Float32Array(rows * columns);
        for (let r = 0; r < rows; r++)
          for (let k = 0; k < inner; k++)
            for (let c = 0; c < columns; c++)
              data[r * columns + c]! += Number(left?.data[r * inner + k]) * Number(right?.data[k * columns + c]);
        return Promise.resolve({ product: { type: "float32" as const, shape: [rows, columns], data } });
      },
      release: () => Promise.resolve(),
    }),
  );
  return { product, calls };
}

test("layers that see their whole input put out factors, whose product is the gradient", async () => {
  const { graph, gradients } = training();
  const parameters = graph.parameters.map(({ name }) => name);
  const factored = factorGradients(graph, gradients.values());
  const names = ["fc6.weight", "fc6-deconv.weight"];
  expect([...factored.factors.keys()].sort()).toEqual(names.map((name) => gradients.get(name)).sort());
  for (const name of names) expect(factored.graph.outputs).not.toContain(gradients.get(name));
  expect(factored.graph.nodes.length).toBeLessThan(graph.nodes.length);

  const whole = outputsOf({ graph, parameters }, [...gradients.values()]);
  const parts = outputsOf({ graph: factored.graph, parameters }, factored.graph.outputs);
  const trained = [...gradients].map(([name, gradient]) => ({ name, gradient, lrMult: 1, decayMult: 1 }));
  const sum = new GradientSum({ trained, factors: factored.factors }, multiplier().product);
  sum.add(parts);
  for (const [name, gradient] of gradients) {
    const expected = Array.from(whole[gradient]?.data ?? [], Number);
    const ours = new Float32Array(expected.length);
    for await (const { offset, data } of sum.pieces(name)) ours.set(data, offset);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - ours[i]!)))).toBeLessThan(1e-6);
  }
});

test("a large product comes in pieces of whole rows, and as the mean over micro-batches", async () => {
  const [rows, columns] = [5, 1_000_000];
  const { product, calls } = multiplier();
  const factors = new Map([["g", { left: "l", right: "r" }]]);
  const sum = new GradientSum({ trained: [{ name: "w", gradient: "g", lrMult: 1, decayMult: 1 }], factors }, product);
  const batches = [1, 2].map((n) => ({ l: tensor([rows, n], n), r: tensor([n, columns], 10 + n) }));
  for (const batch of batches) sum.add(batch);
  const offsets: number[] = [];
  for await (const { offset, data } of sum.pieces("w")) {
    offsets.push(offset);
    for (const i of [0, 1234, data.length - 1]) {
      const [row, column] = [Math.floor((offset + i) / columns), (offset + i) % columns];
      const terms = batches.flatMap(({ l, r }) =>
        Array.from(
          { length: l.shape[1]! },
          (_, k) => Number(l.data[row * l.shape[1]! + k]) * Number(r.data[k * columns + column]),
        ),
      );
      expect(data[i]).toBeCloseTo(terms.reduce((a, b) => a + b) / 2, 6);
    }
  }
  expect(offsets).toEqual([0, 2 * columns, 4 * columns]);
  expect(calls.count).toBe(6);
});
