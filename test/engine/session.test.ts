/** Sessions of the built package in their worker threads. */
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { BackendError, FormatError, Session, ShapeError } from "deconvnet";
import { inferenceGraph } from "deconvnet/nets";
import { nodeRuntime, openSafetensors, writeSafetensors } from "deconvnet/node";
import { type ExternalTensor, type Graph, GraphBuilder, type Tensor } from "deconvnet/onnx";
import { afterEach, describe, expect, test } from "vitest";
import { firstParameters, smallNet, syntheticBatch } from "./small-net.ts";
import { workerCount } from "./worker-count.ts";

const SIZE = 800;

/** Many large matrix products: a run takes a good part of a second. */
function heavyGraph(): Graph {
  const g = new GraphBuilder("heavy");
  let x = g.input("x", "float32", [SIZE, SIZE]);
  const factor = g.scalar(1 / SIZE);
  for (let i = 0; i < 24; i++) x = g.mul(g.matMul(x, x), factor);
  g.output(g.op("ReduceMax", [x], { keepdims: 0 }, { name: "y" }));
  return g.build();
}

const heavyFeed = (): Tensor => ({ type: "float32", shape: [SIZE, SIZE], data: new Float32Array(SIZE * SIZE).fill(1) });

/** y[i] = table[x[i]]: fails in the runtime where x is out of range. */
function gatherGraph(): Graph {
  const g = new GraphBuilder("gather");
  const table = g.constant("float32", [3], [10, 20, 30]);
  g.output(g.op("Gather", [table, g.input("x", "int64", ["N"])], {}, { name: "y" }));
  return g.build();
}

const indices = (...numbers: number[]): Tensor => ({
  type: "int64",
  shape: [numbers.length],
  data: BigInt64Array.from(numbers, BigInt),
});

afterEach(() => {
  expect(workerCount()).toBe(0);
});

describe("a run in its thread", () => {
  test("timers keep ticking, and the result is the runtime's", async () => {
    await using session = await Session.create(nodeRuntime, heavyGraph());
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const start = performance.now();
    const { y } = await session.run({ x: heavyFeed() });
    const elapsed = performance.now() - start;
    clearInterval(timer);
    expect(y?.data[0]).toBeCloseTo(1, 4);
    expect(elapsed).toBeGreaterThan(50);
    // A blocked thread would not have ticked at all.
    expect(ticks).toBeGreaterThan(elapsed / 50);
  });

  test("an abort is answered at once with its reason, and the session runs on", async () => {
    await using session = await Session.create(nodeRuntime, heavyGraph());
    await session.run({ x: heavyFeed() });
    const start = performance.now();
    await session.run({ x: heavyFeed() });
    const whole = performance.now() - start;
    const controller = new AbortController();
    const run = session.run({ x: heavyFeed() }, { signal: controller.signal });
    const rejected = run.then(
      () => undefined,
      (error: unknown) => ({ error, after: performance.now() - aborted }),
    );
    await wait(whole / 8);
    const aborted = performance.now();
    controller.abort(new Error("enough"));
    const outcome = await rejected;
    expect(outcome?.error).toEqual(new Error("enough"));
    expect(outcome?.after).toBeLessThan(whole / 2);
    const { y } = await session.run({ x: heavyFeed() });
    expect(y?.data[0]).toBeCloseTo(1, 4);
  });

  test("a signal that is aborted before the run", async () => {
    await using session = await Session.create(nodeRuntime, gatherGraph());
    await expect(session.run({ x: indices(0) }, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  });

  test("runs that are asked for together are answered in order", async () => {
    await using session = await Session.create(nodeRuntime, gatherGraph());
    const runs = [0, 1, 2, 1].map((index) => session.run({ x: indices(index) }));
    expect((await Promise.all(runs)).map(({ y }) => y?.data[0])).toEqual([10, 20, 30, 20]);
  });

  test("feeds are copied unless they are handed over", async () => {
    await using session = await Session.create(nodeRuntime, gatherGraph());
    const feed = indices(2);
    await session.run({ x: feed });
    expect(feed.data).toHaveLength(1);
    await session.run({ x: feed }, { transfer: true });
    expect(feed.data).toHaveLength(0);
  });
});

describe("failures", () => {
  test("a failed run leaves no worker behind; the error names what went wrong", async () => {
    const session = await Session.create(nodeRuntime, gatherGraph());
    expect(workerCount()).toBe(1);
    await expect(session.run({ x: indices(7) })).rejects.toThrow(BackendError);
    expect(workerCount()).toBe(0);
    await expect(session.run({ x: indices(0) })).rejects.toThrow(
      'run: expected an open session of "gather", got one that was disposed or has failed.',
    );
  });

  test("a model that the runtime refuses leaves no worker behind", async () => {
    await expect(nodeRuntime.open(Uint8Array.of(1, 2, 3), {})).rejects.toThrow(BackendError);
    expect(workerCount()).toBe(0);
  });

  test("dispose during a run rejects it", async () => {
    const session = await Session.create(nodeRuntime, heavyGraph());
    const run = session.run({ x: heavyFeed() }).catch((error: unknown) => error);
    await session.dispose();
    expect(await run).toBeInstanceOf(BackendError);
  });

  test("dispose twice is fine, use after dispose is not", async () => {
    const session = await Session.create(nodeRuntime, gatherGraph());
    await session.dispose();
    await session.dispose();
    await expect(session.run({ x: indices(0) })).rejects.toThrow(BackendError);
  });

  test("too little memory: both numbers, before anything is loaded", async () => {
    let opened = false;
    const small = {
      ...nodeRuntime,
      availableMemory: () => 2e6,
      open() {
        opened = true;
        return Promise.reject(new Error("opened"));
      },
    };
    await expect(Session.create(small, heavyGraph())).rejects.toThrow(
      'createSession: expected "heavy" to need at most the 0.002 GB that are free, got an estimate of 0.2 GB',
    );
    expect(opened).toBe(false);
  });
});

describe("feeds that do not fit", () => {
  const wrong: [string, Record<string, Tensor>, string][] = [
    ["none", {}, 'run: expected a feed for "x", got only none.'],
    ["another name", { x: indices(0), z: indices(0) }, 'run: expected feeds among x, got "z".'],
    [
      "another type",
      { x: { type: "int32", shape: [1], data: Int32Array.of(0) } },
      'expected "x" as int64 [1], got int32 [1].',
    ],
    ["another rank", { x: { ...indices(0, 1), shape: [2, 1] } }, 'expected "x" as int64 [N], got int64 [2, 1].'],
    ["too few numbers", { x: { ...indices(0), shape: [2] } }, 'expected 2 elements in "x" of shape [2], got 1.'],
  ];
  test.each(wrong)("%s", async (_, feeds, message) => {
    await using session = await Session.create(nodeRuntime, gatherGraph());
    await expect(session.run(feeds)).rejects.toThrow(ShapeError);
    await expect(session.run(feeds)).rejects.toThrow(message);
    // The session is not closed by a caller's mistake.
    expect((await session.run({ x: indices(1) }))["y"]?.data[0]).toBe(20);
  });

  test("two batch sizes in one run", async () => {
    const g = new GraphBuilder("two");
    g.output(g.op("Add", [g.input("a", "float32", ["N", 2]), g.input("b", "float32", ["N", 2])], {}, { name: "y" }));
    await using session = await Session.create(nodeRuntime, g.build());
    const feed = (n: number): Tensor => ({ type: "float32", shape: [n, 2], data: new Float32Array(2 * n) });
    await expect(session.run({ a: feed(2), b: feed(3) })).rejects.toThrow(
      'expected "b" as float32 [2, 2], got float32 [3, 2].',
    );
  });
});

function numbersOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error("expected float32 numbers, got none");
  return tensor.data;
}

describe("a net", () => {
  const net = smallNet({ mode: "inference" });
  const parameters = firstParameters(net);
  const output = net.output.name;

  test("one session serves all batch sizes, each image with the scores that it has alone", async () => {
    await using session = await Session.create(nodeRuntime, net.graph, { parameters });
    const all = syntheticBatch(5).images;
    const alone: number[] = [];
    for (let n = 0; n < 5; n++) {
      const data = (all.data as Float32Array).slice(n * 192, (n + 1) * 192);
      const result = await session.run({ input: { type: "float32", shape: [1, 3, 8, 8], data } });
      expect(result[output]?.shape).toEqual([1, 3, 8, 8]);
      alone.push(...numbersOf(result[output]));
    }
    for (const n of [2, 3, 5]) {
      const data = (all.data as Float32Array).slice(0, n * 192);
      const { [output]: scores } = await session.run({ input: { type: "float32", shape: [n, 3, 8, 8], data } });
      expect(scores?.shape).toEqual([n, 3, 8, 8]);
      const errors = Array.from(numbersOf(scores), (value, i) => Math.abs(value - (alone[i] ?? Number.NaN)));
      const largest = Math.max(...errors);
      expect(largest).toBeLessThan(1e-5);
    }
  });

  test("weights as external data in a safetensors file give the same bits as weights in the model", async () => {
    const folder = await mkdtemp(join(tmpdir(), "deconvnet-external-"));
    try {
      const folded = inferenceGraph(net, parameters);
      const tensors = new Map([...folded.tensors].map(([name, source]) => [name, source()]));
      await writeSafetensors(
        join(folder, "weights.safetensors"),
        tensors,
        new Map([["note", "odd lengths before the data"]]),
      );
      const file = await openSafetensors(join(folder, "weights.safetensors"));
      const external = new Map<string, ExternalTensor>();
      for (const [name, { offset, byteLength }] of file.header.tensors) {
        external.set(name, { location: "weights.safetensors", offset, byteLength });
      }
      await file.dispose();
      const feeds = { input: syntheticBatch(2).images };
      await using inline = await Session.create(nodeRuntime, folded.graph, { parameters: tensors });
      const options = { parameters: external, externalDataFolder: folder };
      await using mapped = await Session.create(nodeRuntime, folded.graph, options);
      expect(await mapped.run(feeds)).toEqual(await inline.run(feeds));
      const gone = Session.create(nodeRuntime, folded.graph, { ...options, externalDataFolder: tmpdir() });
      await expect(gone).rejects.toThrow(FormatError);
      await expect(gone).rejects.toThrow(/^createSession: expected the file .*, got none at .*weights\.safetensors\. /);
      await truncate(join(folder, "weights.safetensors"), 1000);
      const short = Session.create(nodeRuntime, folded.graph, options);
      await expect(short).rejects.toThrow(FormatError);
      await expect(short).rejects.toThrow(/^createSession: expected at least \d+ bytes in the file .*, got 1000\. /);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
