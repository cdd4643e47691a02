import { describe, expect, test } from "vitest";
import { BackendError } from "../errors.ts";
import { GraphBuilder, type ValueInfo } from "../onnx/index.ts";
import { withBlockedLayout } from "./blocked-layout.ts";
import { executionOrder } from "./execution-order.ts";
import { peakOfValues } from "./live-values.ts";
import { activationBytes, estimateMemory, type MemoryNeed, requireMemory, totalBytes } from "./memory.ts";

describe("peakOfValues", () => {
  test("a chain keeps two values at a time; what is fed is the caller's", () => {
    const g = new GraphBuilder("chain");
    let x = g.input("x", "float32", ["N", 1000]);
    // Transposes cannot write over their input.
    for (let i = 0; i < 5; i++) x = g.transpose(x, [0, 1]);
    g.output(x);
    expect(peakOfValues(g.build(), 1)).toBe(2 * 4000);
    expect(peakOfValues(g.build(), 8)).toBe(8 * 2 * 4000);
  });

  test("an element-wise node writes over an input that nothing else reads, but not over one that is put out", () => {
    const g = new GraphBuilder("in place");
    const first = g.transpose(g.input("x", "float32", [1, 1000]), [0, 1]);
    const second = g.op("Relu", [first]);
    g.output(g.transpose(g.op("Neg", [second]), [0, 1]));
    expect(peakOfValues(g.build(), 1)).toBe(2 * 4000);
    g.output(first);
    expect(peakOfValues(g.build(), 1)).toBe(3 * 4000);
  });

  test("a value that is read at the end lives until then", () => {
    const g = new GraphBuilder("skip");
    const first = g.transpose(g.input("x", "float32", [1, 1000]), [0, 1]);
    const last = g.transpose(g.transpose(g.transpose(first, [0, 1]), [0, 1]), [0, 1]);
    g.output(g.add(first, last));
    expect(peakOfValues(g.build(), 1)).toBe(3 * 4000);
  });

  test("a reshape is its input; of what is fed or a parameter, it is nothing at all", () => {
    const g = new GraphBuilder("views");
    const x = g.transpose(g.reshape(g.input("x", "float32", [1000]), [10, 100]), [1, 0]);
    g.output(g.transpose(g.reshape(x, [1000, 1]), [1, 0]));
    expect(peakOfValues(g.build(), 1)).toBe(2 * 4000);
  });

  test("products of the batch are understood, int64 takes 8 bytes", () => {
    const g = new GraphBuilder("net");
    const x = g.transpose(g.input("x", "float32", ["N", 1, 2, 2]), [0, 1, 2, 3]);
    const [, switches] = g.ops("MaxPool", [x], { kernel_shape: [1, 1] }, { outputs: ["y", "switches"] });
    g.output(g.transpose(g.reshape(x, [-1, 2]), [1, 0]));
    if (switches !== undefined) g.output(switches);
    // The transposed input, what was made of its flat copy, the switches; and the pooled values, though nobody reads them.
    expect(peakOfValues(g.build(), 10)).toBe(10 * (16 + 16 + 32 + 16));
  });
});

describe("a block that a later value of the same shape takes over", () => {
  /** 1000 numbers, 1, 4000, 3000, and 1000 again, which could lie where the first were. */
  function hourglass(narrow: (g: GraphBuilder, x: ValueInfo) => ValueInfo): number {
    const g = new GraphBuilder("hourglass");
    const times = (x: ValueInfo, from: number, to: number): ValueInfo =>
      g.op("MatMul", [x, g.parameter(`w${from}-${to}`, [from, to])]);
    const first = g.transpose(g.input("x", "float32", ["N", 1000]), [0, 1]);
    const wide = times(times(narrow(g, times(first, 1000, 1)), 1, 4000), 4000, 3000);
    g.output(times(times(wide, 3000, 1000), 1000, 2));
    return peakOfValues(g.build(), 1);
  }

  test("is kept until then", () => {
    expect(hourglass((_, x) => x)).toBe(4 * (1000 + 4000 + 3000));
  });

  test("is freed where the runtime cannot know that the shapes are the same: a reshape hides the batch", () => {
    expect(hourglass((g, x) => g.reshape(x, [-1, 1]))).toBe(4 * (4000 + 3000));
  });
});

test("withBlockedLayout copies around convolutions, once for all readers, and takes a ReLU in", () => {
  const g = new GraphBuilder("net");
  const conv = (x: ValueInfo, name: string, from: number, to: number): ValueInfo =>
    g.op(
      "Relu",
      [g.op("Conv", [x, g.parameter(`${name}.weight`, [to, from, 1, 1])], {}, { name })],
      {},
      { name: `${name}/relu` },
    );
  const second = conv(conv(g.input("x", "float32", ["N", 3, 4, 4]), "a", 3, 16), "b", 16, 20);
  const pooled = g.op("MaxPool", [second], { kernel_shape: [2, 2], strides: [2, 2] }, { name: "pool" });
  g.output(conv(pooled, "c", 20, 16));
  g.output(g.op("Neg", [second], {}, { name: "neg" }));
  const blocked = withBlockedLayout(g.build());
  expect(blocked.nodes.map(({ op }) => op)).toEqual([
    "Conv",
    "Conv",
    "ReorderOutput",
    "MaxPool",
    "ReorderInput",
    "Conv",
    "ReorderOutput",
    "Neg",
  ]);
  // 20 channels take two blocks of 16.
  expect(blocked.values.get(blocked.nodes[1]?.outputs[0] ?? "")?.shape).toEqual(["N", 32, 4, 4]);
});

test("executionOrder begins with the last node that nothing reads, and computes its last input first", () => {
  const g = new GraphBuilder("order");
  const x = g.input("x", "float32", [1]);
  const a = g.op("Relu", [x], {}, { name: "a" });
  const b = g.op("Neg", [x], {}, { name: "b" });
  g.output(g.op("Exp", [a], {}, { name: "early" }));
  g.output(g.op("Add", [a, b], {}, { name: "late" }));
  expect(executionOrder(g.build()).map(({ name }) => name)).toEqual(["b", "a", "late", "early"]);
});

test("estimateMemory grows with the batch in the activations alone", () => {
  const g = new GraphBuilder("net");
  const x = g.input("x", "float32", ["N", 1000]);
  g.output(g.op("MatMul", [x, g.parameter("w", [1000, 1000])]));
  const [one, two] = [1, 2].map((batch) => estimateMemory(g.build(), { batch }));
  expect(one?.parameters).toBeGreaterThanOrEqual(4e6);
  expect(two?.parameters).toBe(one?.parameters);
  expect(two?.activations).toBe(2 * (one?.activations ?? 0));
  expect(activationBytes(g.build(), 1)).toBeGreaterThanOrEqual(8000);
});

describe("requireMemory", () => {
  /** 1 GB, and 0.1 GB an image at 128 px. */
  const need: MemoryNeed = {
    caller: "train",
    name: "net",
    batch: 8,
    side: 128,
    estimate: (batch, side = 128) => ({
      process: 0.1e9,
      parameters: 0.9e9,
      activations: batch * 0.1e9 * (side / 128) ** 2,
    }),
    otherwise: "Use another net.",
  };
  const attempt = (available: number, other: Partial<MemoryNeed> = {}): (() => unknown) => {
    return () => requireMemory({ ...need, ...other }, available);
  };

  test("gives the estimate where it fits, and where the platform does not tell", () => {
    expect(totalBytes(requireMemory(need, 1.9e9))).toBe(1.8e9);
    expect(totalBytes(requireMemory(need, undefined))).toBe(1.8e9);
  });

  test("names the net, what there is, what it needs, and the largest batch that fits", () => {
    expect(attempt(1.45e9)).toThrow(BackendError);
    expect(attempt(1.45e9)).toThrow(
      'train: expected "net" to need at most the 1.4 GB that are free, got an estimate of 1.8 GB ' +
        "(0.9 GB for parameters, 0.8 GB for activations with a batch of 8 at 128 px). Use a batch of at most 4.",
    );
  });

  test("else the largest size, a multiple of 32", () => {
    expect(attempt(1.06e9)).toThrow("Use a batch of 1 and a size of at most 96 px.");
    expect(attempt(1.0065e9)).toThrow("Use a batch of 1 and a size of at most 32 px.");
  });

  test("else, or where the size may not change, something else", () => {
    expect(attempt(0.9e9)).toThrow("activations with a batch of 8 at 128 px). Use another net.");
    expect(attempt(1.06e9, { side: undefined })).toThrow("activations with a batch of 8). Use another net.");
  });

  test("what is advised is let through, and one more is not", () => {
    for (let available = 1.11e9; available < 1.8e9; available += 0.07e9) {
      let message = "";
      try {
        requireMemory(need, available);
      } catch (error) {
        message = (error as Error).message;
      }
      const batch = Number(/at most (\d+)\.$/.exec(message)?.[1]);
      expect(attempt(available, { batch })).not.toThrow();
      expect(attempt(available, { batch: batch + 1 })).toThrow(BackendError);
    }
  });
});
