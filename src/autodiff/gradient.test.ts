import { describe, expect, test } from "vitest";
import { RULE_CASES } from "../../test/gradients/rule-cases.ts";
import { OptionError } from "../errors.ts";
import { type Graph, GraphBuilder } from "../onnx/index.ts";
import { differentiate } from "./gradient.ts";
import { NOT_DIFFERENTIABLE, RULES } from "./rules/index.ts";

/** loss = sum(relu(conv2(relu(conv1(x))))), each convolution with weight and bias. */
function twoLayers(): Graph {
  const g = new GraphBuilder("two-layers");
  let x = g.input("input", "float32", ["N", 2, 5, 5]);
  for (const layer of ["conv1", "conv2"]) {
    const weight = g.parameter(`${layer}.weight`, [2, 2, 3, 3]);
    const bias = g.parameter(`${layer}.bias`, [2]);
    x = g.op("Relu", [g.op("Conv", [x, weight, bias], { pads: [1, 1, 1, 1] }, { name: layer })]);
  }
  g.output(g.op("ReduceSum", [x], { keepdims: 0 }, { name: "loss" }));
  return g.build();
}

const addedBy = (graph: Graph, layer: string): string[] =>
  graph.nodes.filter(({ name }) => name.startsWith(`grad/${layer}/`)).map(({ op }) => op);

test("every rule has a check against central differences", () => {
  expect([...new Set(RULE_CASES.map(({ subject }) => subject))].sort()).toEqual([...RULES.keys()].sort());
});

test("no operator both has a rule and is said to have no gradient", () => {
  expect([...RULES.keys()].filter((op) => NOT_DIFFERENTIABLE.has(op))).toEqual([]);
});

describe("differentiate", () => {
  test("puts out the loss, what is kept, and the gradients in the order asked for", () => {
    const { graph, loss, gradients } = differentiate(twoLayers(), {
      loss: "loss",
      wrt: ["conv2.weight", "conv1.bias"],
      keep: ["conv1"],
    });
    expect(loss).toBe("loss");
    expect(graph.outputs).toEqual(["loss", "conv1", "grad.conv2.weight", "grad.conv1.bias"]);
    expect([...gradients]).toEqual([
      ["conv2.weight", "grad.conv2.weight"],
      ["conv1.bias", "grad.conv1.bias"],
    ]);
    expect(graph.values.get("grad.conv2.weight")?.shape).toEqual([2, 2, 3, 3]);
  });

  test("frozen layers cut the graph: nothing behind the last trained layer is computed", () => {
    const all = ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"];
    const whole = differentiate(twoLayers(), { loss: "loss", wrt: all }).graph;
    const frozen = differentiate(twoLayers(), { loss: "loss", wrt: ["conv2.weight", "conv2.bias"] }).graph;
    // The input's gradient of conv2 is a transposed convolution; a weight's gradient is made of matrix products.
    expect(addedBy(whole, "conv2")).toContain("ConvTranspose");
    expect(addedBy(whole, "conv1")).toContain("MatMul");
    expect(addedBy(whole, "conv1")).not.toContain("ConvTranspose");
    expect(addedBy(frozen, "conv2")).not.toContain("ConvTranspose");
    expect(addedBy(frozen, "conv2")).toContain("MatMul");
    expect(addedBy(frozen, "conv1")).toEqual([]);
  });

  test("a frozen layer between trained ones passes the gradient on, and has none of its own", () => {
    const { graph } = differentiate(twoLayers(), { loss: "loss", wrt: ["conv1.weight"] });
    expect(addedBy(graph, "conv2")).toEqual(["ConvTranspose"]);
  });

  test("every node of the gradient graph is read by another or put out", () => {
    const { graph } = differentiate(twoLayers(), { loss: "loss", wrt: ["conv2.bias"] });
    const read = new Set([...graph.outputs, ...graph.nodes.flatMap(({ inputs }) => inputs)]);
    expect(graph.nodes.filter(({ outputs }) => !outputs.some((name) => read.has(name)))).toEqual([]);
    // Only the bias is trained: a sum over images and pixels of the gradient behind the ReLU.
    expect(addedBy(graph, "conv2")).toEqual(["ReduceSum"]);
  });

  test("the forward graph is not changed", () => {
    const forward = twoLayers();
    const before = forward.nodes.map(({ name }) => name);
    differentiate(forward, { loss: "loss", wrt: ["conv1.weight"] });
    expect(forward.nodes.map(({ name }) => name)).toEqual(before);
  });

  test("an input can be differentiated as well as a parameter", () => {
    const { gradients, graph } = differentiate(twoLayers(), { loss: "loss", wrt: ["input"] });
    expect(graph.values.get(gradients.get("input") ?? "")?.shape).toEqual(["N", 2, 5, 5]);
  });
});

describe("what cannot be differentiated", () => {
  test("a loss of more than one element: its shape is named", () => {
    const attempt = (): unknown => differentiate(twoLayers(), { loss: "conv2", wrt: ["conv1.weight"] });
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow('differentiate: expected a loss with 1 element, got "conv2" of shape [N, 2, 5, 5].');
  });

  test("an operator without a rule: operator and node are named", () => {
    const g = new GraphBuilder("gather");
    const x = g.parameter("x", [4]);
    const picked = g.op("Gather", [x, g.ints([1, 2])], {}, { name: "pick" });
    g.op("ReduceSum", [picked], { keepdims: 0 }, { name: "loss" });
    const attempt = (): unknown => differentiate(g.build(), { loss: "loss", wrt: ["x"] });
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow(
      /expected an operator with a gradient rule \(Abs, Add, .*Where\), got Gather at node "pick"\./,
    );
  });

  test("an operator without a rule does no harm where no gradient passes", () => {
    const g = new GraphBuilder("gather");
    const picked = g.op("Gather", [g.input("x", "float32", [4]), g.ints([1])], {}, { name: "pick" });
    g.op("ReduceSum", [g.mul(picked, g.parameter("w", [1]))], { keepdims: 0 }, { name: "loss" });
    expect(differentiate(g.build(), { loss: "loss", wrt: ["w"] }).gradients.get("w")).toBe("grad.w");
  });

  test("a parameter that does not influence the loss", () => {
    const g = new GraphBuilder("apart");
    const [a] = [g.parameter("a", [2]), g.parameter("b", [2])];
    g.op("ReduceSum", [a], { keepdims: 0 }, { name: "loss" });
    const attempt = (): unknown => differentiate(g.build(), { loss: "loss", wrt: ["b"] });
    expect(attempt).toThrow('expected "b" to influence the loss "loss", got a value that does not.');
  });

  test("a parameter that reaches the loss through a comparison only", () => {
    const g = new GraphBuilder("steps");
    const steps = g.cast(g.op("Greater", [g.parameter("a", [2]), g.scalar(0)]), "float32");
    g.op("ReduceSum", [steps], { keepdims: 0 }, { name: "loss" });
    expect(() => differentiate(g.build(), { loss: "loss", wrt: ["a"] })).toThrow(OptionError);
  });

  test("a name that the graph does not have", () => {
    expect(() => differentiate(twoLayers(), { loss: "loss", wrt: ["conv3.weight"] })).toThrow(/"conv3.weight"/);
  });
});
