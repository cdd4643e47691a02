import { describe, expect, test } from "vitest";
import { BackendError } from "../errors.ts";
import { GraphBuilder } from "../onnx/index.ts";
import { assertMemory, estimateMemory } from "./memory.ts";

describe("estimateMemory", () => {
  test("a chain keeps two values at a time beside its input", () => {
    const g = new GraphBuilder("chain");
    let x = g.input("x", "float32", ["N", 1000]);
    for (let i = 0; i < 5; i++) x = g.op("Relu", [x]);
    g.output(x);
    expect(estimateMemory(g.build(), { batch: 1 })).toEqual({ parameters: 0, activations: 3 * 4000 });
    expect(estimateMemory(g.build(), { batch: 8 }).activations).toBe(8 * 3 * 4000);
  });

  test("a value that is read at the end lives until then", () => {
    const g = new GraphBuilder("skip");
    const first = g.op("Relu", [g.input("x", "float32", [1000])]);
    const last = g.op("Neg", [g.op("Relu", [g.op("Relu", [first])])]);
    g.output(g.add(first, last));
    expect(estimateMemory(g.build(), { batch: 1 }).activations).toBe(4 * 4000);
  });

  test("parameters are counted apart, products of the batch are understood, int64 takes 8 bytes", () => {
    const g = new GraphBuilder("net");
    const x = g.input("x", "float32", ["N", 1, 2, 2]);
    const [, switches] = g.ops("MaxPool", [x], { kernel_shape: [1, 1] }, { outputs: ["y", "switches"] });
    g.output(g.reshape(x, [-1]));
    if (switches !== undefined) g.output(switches);
    g.parameter("w", [25]);
    const { parameters, activations } = estimateMemory(g.build(), { batch: 10 });
    expect(parameters).toBe(100);
    // Input, switches and the flat copy to the end; the pooled values are not read.
    expect(activations).toBe(10 * (16 + 32 + 16));
  });
});

describe("assertMemory", () => {
  const estimate = { parameters: 1.0e9, activations: 0.9e9 };

  test("names the net, what there is, what it needs, and a way out", () => {
    const attempt = (): void => assertMemory("deconvnet", estimate, 1.2e9);
    expect(attempt).toThrow(BackendError);
    expect(attempt).toThrow(
      'createSession: expected "deconvnet" to need at most the 1.2 GB that are free, got an estimate of 1.9 GB ' +
        "(1.0 GB for parameters, 0.9 GB for activations). Use a smaller batch, input size or preset.",
    );
  });

  test("counts copies of the parameters, as training keeps them", () => {
    expect(() => assertMemory("net", estimate, 2e9)).not.toThrow();
    expect(() => assertMemory("net", estimate, 2e9, 3)).toThrow(/got an estimate of 3\.9 GB/);
  });

  test("lets everything through where the platform does not tell", () => {
    expect(() => assertMemory("net", estimate, undefined)).not.toThrow();
  });
});
