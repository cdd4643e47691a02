/** The trainer of the built package. */
import { BackendError, OptionError, ShapeError } from "deconvnet";
import { LayerBuilder, type Net } from "deconvnet/nets";
import { nodeTraining } from "deconvnet/node";
import type { Tensor } from "deconvnet/onnx";
import {
  ADAMW_DEFAULTS,
  type MicroBatch,
  multipliersOf,
  PAPER_SGD,
  type Solver,
  Trainer,
  type TrainerOptions,
  type TrainerState,
} from "deconvnet/train";
import { afterEach, describe, expect, test } from "vitest";
import { firstParameters, smallNet, syntheticBatch } from "./small-net.ts";
import { workerCount } from "./worker-count.ts";

const RATE = { learningRate: 0.05 };

afterEach(() => {
  expect(workerCount()).toBe(0);
});

function create(net: Net = smallNet(), options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return Trainer.create(nodeTraining, net, firstParameters(net), { solver: PAPER_SGD, ...options });
}

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor?.data ?? [Number.NaN], Number);
const parameter = (state: TrainerState, name: string): number[] => numbers(state.parameters.get(name));

function expectClose(ours: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(ours).toHaveLength(expected.length);
  const errors = ours.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance);
}

describe("a step", () => {
  test("sgd: w - v with v = momentum v + lr lrMult (g + decay decayMult w), for every parameter, two steps long", async () => {
    await using trainer = await create();
    const batches = [syntheticBatch(3)];
    const solver = { momentum: 0.9, weightDecay: 5e-4 };
    const velocity = new Map<string, number[]>();
    for (let step = 1; step <= 2; step++) {
      const before = await trainer.state();
      const { gradients, loss } = await trainer.gradients(batches);
      const result = await trainer.step(batches, RATE);
      expect(result).toEqual({ step, loss, lossParts: new Map() });
      const after = await trainer.state();
      expect(after.step).toBe(step);
      for (const { name, ...rest } of trainer.net.parameters.filter(({ trainable }) => trainable)) {
        const { lrMult, decayMult } = multipliersOf({ name, ...rest });
        const old = parameter(before, name);
        const v = Array.from(gradients.get(name) ?? [], (g, i) => {
          const kept = solver.momentum * (velocity.get(name)?.[i] ?? 0);
          return kept + RATE.learningRate * lrMult * (g + solver.weightDecay * decayMult * (old[i] ?? 0));
        });
        velocity.set(name, v);
        expectClose(
          parameter(after, name),
          old.map((w, i) => w - (v[i] ?? Number.NaN)),
          1e-6,
        );
      }
    }
  });

  test("multipliers of one's own: a rate of 0 keeps a layer", async () => {
    const multipliers: TrainerOptions["multipliers"] = ({ layer }) => ({
      lrMult: layer === "fc6" ? 0 : 1,
      decayMult: 0,
    });
    await using trainer = await create(smallNet(), multipliers === undefined ? {} : { multipliers });
    const before = await trainer.state();
    await trainer.step([syntheticBatch(3)], RATE);
    const after = await trainer.state();
    expect(after.parameters.get("fc6.weight")).toEqual(before.parameters.get("fc6.weight"));
    expect(after.parameters.get("deconv2_1.weight")).not.toEqual(before.parameters.get("deconv2_1.weight"));
  });

  test("micro-batches: loss and gradients are the means of each one's", async () => {
    await using trainer = await create();
    const [a, b] = [syntheticBatch(2), syntheticBatch(3, 2)];
    const [first, second, both] = [
      await trainer.gradients([a]),
      await trainer.gradients([b]),
      await trainer.gradients([a, b]),
    ];
    expect(both.loss).toBeCloseTo((first.loss + second.loss) / 2, 6);
    for (const [name, gradient] of both.gradients) {
      const mean = Array.from(
        first.gradients.get(name) ?? [],
        (g, i) => (g + (second.gradients.get(name)?.[i] ?? 0)) / 2,
      );
      expectClose([...gradient], mean, 1e-7);
    }
  });

  /** Without batch norm, so that an image's gradient does not depend on its batch. */
  function plainNet(): Net {
    const layers = new LayerBuilder("plain", { mode: "training" });
    const x = layers.conv(layers.input(8, 8), "conv1_1", 6);
    return layers.build("plain", layers.conv(x, "score", 3, { kernel: 1, pad: 0, relu: false }), "score");
  }

  /** Images `first` to `first + count - 1` of a batch; the first ones of the whole have more void pixels, if wanted. */
  function imagesOf(first: number, count: number, unevenly: boolean): MicroBatch {
    const batch = syntheticBatch(count, first);
    const labels = (batch.labels.data as Int32Array).slice();
    if (unevenly && first === 0) labels.fill(255, 0, 90);
    return { ...batch, labels: { ...batch.labels, data: labels } };
  }

  describe.each(["microBatch", "batch"] as const)(
    "normalize %s: micro-batches against one large batch",
    (normalize) => {
      test.each([
        ["as many labelled pixels each", false],
        ["other numbers of labelled pixels", true],
      ])("%s", async (_, unevenly) => {
        const options = { normalize, classWeights: [0.5, 1, 2] };
        await using trainer = await create(plainNet(), unevenly ? options : { normalize });
        const [a, b, c] = [0, 2, 4].map((first) => imagesOf(first, 2, unevenly));
        const parts = [a, b, c].filter((batch) => batch !== undefined);
        const joined = (pick: (batch: MicroBatch) => Tensor): number[] =>
          parts.flatMap((batch) => numbers(pick(batch)));
        const large: MicroBatch = {
          images: { type: "float32", shape: [6, 3, 8, 8], data: Float32Array.from(joined(({ images }) => images)) },
          labels: { type: "int32", shape: [6, 8, 8], data: Int32Array.from(joined(({ labels }) => labels)) },
        };
        const [small, one] = [await trainer.gradients(parts), await trainer.gradients([large])];
        const difference = (name: string): number => {
          const expected = one.gradients.get(name) ?? [];
          const errors = Array.from(small.gradients.get(name) ?? [], (g, i) =>
            Math.abs(g - (expected[i] ?? Number.NaN)),
          );
          return Math.max(...errors) / Math.max(...Array.from(expected, Math.abs));
        };
        const worst = Math.max(...[...one.gradients.keys()].map(difference));
        if (normalize === "microBatch" && unevenly) expect(worst).toBeGreaterThan(0.01);
        else {
          expect(worst).toBeLessThan(1e-5);
          expect(small.loss).toBeCloseTo(one.loss, 5);
        }
      });
    },
  );

  test("gradients change nothing", async () => {
    await using trainer = await create();
    const before = await trainer.state();
    await trainer.gradients([syntheticBatch(2)]);
    expect(await trainer.state()).toEqual(before);
  });

  test("frozen layers of a restored state take the place of those that the trainer was created with", async () => {
    const net = smallNet({ frozen: new Set(["conv1_1", "conv2_1"]) });
    const [first, other] = [firstParameters(net), firstParameters(net, 2)];
    await using trainer = await Trainer.create(nodeTraining, net, first, { solver: PAPER_SGD });
    await using expected = await Trainer.create(nodeTraining, net, other, { solver: PAPER_SGD });
    const batches = [syntheticBatch(3)];
    const before = await trainer.gradients(batches);
    await trainer.restore(await expected.state());
    const after = await trainer.gradients(batches);
    expect(after).toEqual(await expected.gradients(batches));
    expect(after.loss).not.toBe(before.loss);
    await trainer.estimateStatistics([batches[0]!.images]);
    await expected.estimateStatistics([batches[0]!.images]);
    expect(await trainer.state()).toEqual(await expected.state());
  });

  test("frozen layers stay bit for bit, with their statistics; the others learn", async () => {
    const net = smallNet({ frozen: new Set(["conv1_1", "conv2_1"]) });
    await using trainer = await create(net);
    const before = await trainer.state();
    for (let i = 0; i < 3; i++) await trainer.step([syntheticBatch(3)], RATE);
    const after = await trainer.state();
    const changed = [...after.parameters].filter(([name, tensor]) => {
      return numbers(tensor).join() !== parameter(before, name).join();
    });
    const layers = new Set(changed.map(([name]) => name.split(".")[0]));
    for (const layer of ["conv1_1", "bn1_1", "conv2_1", "bn2_1"]) expect(layers).not.toContain(layer);
    for (const layer of ["fc6", "bnfc6", "deconv1_1", "seg-score-voc"]) expect(layers).toContain(layer);
  });

  test("the operator and the written-out form of batch norm, native and portable unpooling: the same steps", async () => {
    const states: number[][] = [];
    for (const form of [{}, { unpooling: "portable", batchNorm: "primitives" }] as const) {
      await using trainer = await create(smallNet(form));
      await trainer.step([syntheticBatch(3)], { learningRate: 0.01 });
      states.push(parameter(await trainer.state(), "conv2_1.weight"));
    }
    expectClose(states[0] ?? [], states[1] ?? [], 1e-5);
  });
});

describe("running statistics", () => {
  /** Batch norm right behind a 1x1 convolution that hands each channel through: its batch is the input itself. */
  function identityNet(): { net: Net; parameters: Map<string, Tensor> } {
    const layers = new LayerBuilder("identity", { mode: "training" });
    const x = layers.conv(layers.input(4, 4), "conv1_1", 3, { kernel: 1, pad: 0, norm: true });
    const net = layers.build("identity", layers.conv(x, "score", 3, { kernel: 1, pad: 0, relu: false }), "score");
    const parameters = firstParameters(net);
    const data = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    parameters.set("conv1_1.weight", { type: "float32", shape: [3, 3, 1, 1], data });
    return { net, parameters };
  }

  const batch: MicroBatch = {
    images: {
      type: "float32",
      shape: [2, 3, 4, 4],
      data: Float32Array.from({ length: 96 }, (_, i) => Math.sin(i) + (i % 48) / 20),
    },
    labels: { type: "int32", shape: [2, 4, 4], data: new Int32Array(32) },
  };

  const channel = (c: number): number[] =>
    [0, 1].flatMap((n) => Array.from({ length: 16 }, (_, i) => Number(batch.images.data[(n * 3 + c) * 16 + i])));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const unbiased = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);

  test("take a tenth of the batch's mean and of its unbiased variance", async () => {
    const { net, parameters } = identityNet();
    await using trainer = await Trainer.create(nodeTraining, net, parameters, { solver: PAPER_SGD });
    // A learning rate of 0 keeps the weights, so that the second batch is the same.
    for (const share of [0.1, 1 - 0.9 ** 2]) {
      await trainer.step([batch], { learningRate: 0 });
      const state = await trainer.state();
      const channels = [0, 1, 2].map(channel);
      expectClose(
        parameter(state, "bn1_1.running_mean"),
        channels.map((values) => share * mean(values)),
        1e-6,
      );
      expectClose(
        parameter(state, "bn1_1.running_var"),
        channels.map((values) => 1 - share + share * unbiased(values)),
        1e-6,
      );
    }
  });

  test("the share is an option", async () => {
    const { net, parameters } = identityNet();
    const options = { solver: PAPER_SGD, statisticsMomentum: 1 };
    await using trainer = await Trainer.create(nodeTraining, net, parameters, options);
    await trainer.step([batch], { learningRate: 0 });
    expectClose(parameter(await trainer.state(), "bn1_1.running_var"), [0, 1, 2].map(channel).map(unbiased), 1e-6);
  });

  test("are estimated over the union of batches with the weights fixed", async () => {
    const { net, parameters } = identityNet();
    await using trainer = await Trainer.create(nodeTraining, net, parameters, { solver: PAPER_SGD });
    const half = (n: number): Tensor => ({
      type: "float32",
      shape: [1, 3, 4, 4],
      data: (batch.images.data as Float32Array).slice(n * 48, (n + 1) * 48),
    });
    await trainer.estimateStatistics([half(0), half(1)]);
    const state = await trainer.state();
    expectClose(parameter(state, "bn1_1.running_mean"), [0, 1, 2].map(channel).map(mean), 1e-6);
    expectClose(parameter(state, "bn1_1.running_var"), [0, 1, 2].map(channel).map(unbiased), 1e-5);
    expect(parameter(state, "conv1_1.weight")).toEqual(numbers(parameters.get("conv1_1.weight")));
  });
});

describe("state and restore", () => {
  const SOLVERS: readonly Solver[] = [PAPER_SGD, ADAMW_DEFAULTS];

  test.each(SOLVERS)(
    "$type: stopped and resumed, the weights are those of an unbroken run bit for bit",
    async (solver) => {
      const options = { solver, averageDecay: 0.9 };
      await using unbroken = await create(smallNet(), options);
      await using first = await create(smallNet(), options);
      const run = async (trainer: Trainer, from: number, to: number): Promise<number[]> => {
        const losses: number[] = [];
        for (let i = from; i < to; i++) losses.push((await trainer.step([syntheticBatch(3, i)], RATE)).loss);
        return losses;
      };
      const losses = await run(unbroken, 0, 5);
      const before = await run(first, 0, 2);
      const saved = await first.state();
      await using second = await Trainer.create(nodeTraining, smallNet(), firstParameters(smallNet(), 99), options);
      await second.restore(saved);
      const after = await run(second, 2, 5);
      expect([...before, ...after]).toEqual(losses);
      expect(await second.state()).toEqual(await unbroken.state());
      expect(await second.model()).toEqual(await unbroken.model());
      // A state is a copy: the steps after it did not change it.
      expect(saved.step).toBe(2);
      await first.restore(saved);
      expect(await first.state()).toEqual(saved);
    },
  );

  test("a state of another solver or net is refused, and nothing is changed", async () => {
    await using sgd = await create();
    await using adamw = await create(smallNet(), { solver: ADAMW_DEFAULTS });
    const before = await adamw.state();
    await expect(adamw.restore(await sgd.state())).rejects.toThrow(ShapeError);
    await expect(adamw.restore(await sgd.state())).rejects.toThrow(
      'expected 2 solver arrays for "conv1_1.weight", got 1.',
    );
    const { parameters, ...rest } = before;
    const less = new Map([...parameters].filter(([name]) => name !== "fc6.bias"));
    await expect(adamw.restore({ ...rest, parameters: less })).rejects.toThrow(
      'expected 16 numbers for "fc6.bias", got none.',
    );
    expect(await adamw.state()).toEqual(before);
  });

  test("the model is the moving average of the weights where one is kept", async () => {
    await using trainer = await create(smallNet(), { averageDecay: 0.999 });
    const first = await trainer.state();
    await trainer.step([syntheticBatch(3)], RATE);
    const [old, now] = [parameter(first, "fc6.weight"), parameter(await trainer.state(), "fc6.weight")];
    // After one step the average keeps a tenth of the first weights.
    const expected = old.map((w, i) => 0.1 * w + 0.9 * (now[i] ?? Number.NaN));
    expectClose(numbers((await trainer.model()).get("fc6.weight")), expected, 1e-6);
  });
});

describe("a step that does not come to its end changes nothing", () => {
  test("aborted before", async () => {
    await using trainer = await create();
    const before = await trainer.state();
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(trainer.step([syntheticBatch(2)], { ...RATE, signal })).rejects.toThrow("stop");
    expect(await trainer.state()).toEqual(before);
  });

  test("aborted between micro-batches: answered at once, and the next step is the one that was left out", async () => {
    await using trainer = await create();
    await using other = await create();
    const controller = new AbortController();
    const many = Array.from({ length: 400 }, (_, i) => syntheticBatch(2, i % 5));
    const step = trainer.step(many, { ...RATE, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("stop")), 30);
    await expect(step).rejects.toThrow("stop");
    expect(await trainer.state()).toEqual(await other.state());
    expect(await trainer.step([syntheticBatch(3)], RATE)).toEqual(await other.step([syntheticBatch(3)], RATE));
  });

  test("a loss that is not finite: the layer is named", async () => {
    const net = smallNet();
    const parameters = firstParameters(net);
    const bad = parameters.get("deconv2_1.weight")?.data as Float32Array;
    bad[5] = Number.NaN;
    await using trainer = await Trainer.create(nodeTraining, net, parameters, { solver: PAPER_SGD });
    const before = await trainer.state();
    await expect(trainer.step([syntheticBatch(2)], RATE)).rejects.toThrow(BackendError);
    await expect(trainer.step([syntheticBatch(2)], RATE)).rejects.toThrow(
      'expected a finite loss, got NaN; the parameter "deconv2_1.weight" is not finite. Lower the learning rate',
    );
    expect(await trainer.state()).toEqual(before);
  });

  test("images that are not finite", async () => {
    await using trainer = await create();
    const batch = syntheticBatch(2);
    (batch.images.data as Float32Array)[3] = Number.POSITIVE_INFINITY;
    await expect(trainer.step([batch], RATE)).rejects.toThrow(
      /expected a finite loss, got NaN; the gradient of "conv1_1/,
    );
  });
});

describe("learning", () => {
  test("overfits three images in 60 steps", async () => {
    await using trainer = await create();
    const batches = [syntheticBatch(3)];
    const losses: number[] = [];
    for (let i = 0; i < 60; i++) losses.push((await trainer.step(batches, { learningRate: 0.1 })).loss);
    expect(losses[0]).toBeGreaterThan(0.5);
    expect(losses.at(-1)).toBeLessThan(0.02);
  });

  test("the same seed gives the same curve, another seed another", async () => {
    const curve = async (seed: number): Promise<number[]> => {
      const net = smallNet();
      await using trainer = await Trainer.create(nodeTraining, net, firstParameters(net, seed), { solver: PAPER_SGD });
      const losses: number[] = [];
      for (let i = 0; i < 4; i++) losses.push((await trainer.step([syntheticBatch(3, i)], RATE)).loss);
      return losses;
    };
    const first = await curve(7);
    expect(await curve(7)).toEqual(first);
    expect(await curve(8)).not.toEqual(first);
  });

  test("one and two threads give the same bits", async () => {
    const states: TrainerState[] = [];
    for (const threads of [1, 2]) {
      await using trainer = await create(smallNet(), { threads });
      for (let i = 0; i < 3; i++) await trainer.step([syntheticBatch(3, i)], RATE);
      states.push(await trainer.state());
    }
    expect(states[1]).toEqual(states[0]);
  });

  test("void pixels teach nothing: their images may be anything behind the last layer", async () => {
    await using trainer = await create();
    const batch = syntheticBatch(2);
    const labels: Tensor = { ...batch.labels, data: new Int32Array(batch.labels.data.length).fill(255) };
    const { loss, gradients } = await trainer.gradients([{ ...batch, labels }]);
    expect(loss).toBe(0);
    expect([...gradients.values()].every((gradient) => gradient.every((g) => g === 0))).toBe(true);
  });

  test("a class of weight 0 counts like void", async () => {
    const [batch, weights] = [syntheticBatch(2), [1, 1, 0]];
    const labels: Tensor = {
      ...batch.labels,
      data: Int32Array.from(batch.labels.data as Int32Array, (label) => (label === 2 ? 255 : label)),
    };
    await using weighted = await create(smallNet(), { classWeights: weights });
    await using plain = await create();
    const [a, b] = [await weighted.gradients([batch]), await plain.gradients([{ ...batch, labels }])];
    expect(a.loss).toBeCloseTo(b.loss, 6);
    expectClose([...(a.gradients.get("fc6.weight") ?? [])], [...(b.gradients.get("fc6.weight") ?? [])], 1e-7);
  });
});

describe("what is refused, with numbers", () => {
  const batch = syntheticBatch(2);
  const withLabels = (label: number): MicroBatch => {
    const data = Int32Array.from(batch.labels.data as Int32Array);
    data[17] = label;
    return { ...batch, labels: { ...batch.labels, data } };
  };

  const steps: [string, MicroBatch[], number, typeof OptionError | typeof ShapeError, string][] = [
    ["a label beyond the classes", [withLabels(3)], 0.1, OptionError, "labels 0-2 and 255 for void, got 3. Map it"],
    ["a negative label", [withLabels(-1)], 0.1, OptionError, "got -1."],
    ["a negative learning rate", [batch], -0.1, OptionError, "learningRate of at least 0, got -0.1."],
    ["a learning rate that is no number", [batch], Number.NaN, OptionError, "got NaN."],
    ["no micro-batch", [], 0.1, OptionError, "at least 1 micro-batch, got 0."],
    [
      "one image: one value a channel at fc6",
      [syntheticBatch(1)],
      0.1,
      OptionError,
      'at least 2 values a channel for batch norm at "bnfc6", got 1 (1 image of 1 px)',
    ],
    [
      "images of another size",
      [{ ...batch, images: { ...batch.images, shape: [2, 3, 16, 4] } }],
      0.1,
      ShapeError,
      "images as float32 [2, 3, 8, 8], got float32 [2, 3, 16, 4].",
    ],
    [
      "labels of another size",
      [{ ...batch, labels: { ...batch.labels, shape: [2, 16, 4] } }],
      0.1,
      ShapeError,
      "labels as int32 [2, 8, 8], got int32 [2, 16, 4].",
    ],
    [
      "labels of another type",
      [{ ...batch, labels: { ...batch.labels, type: "uint8", data: new Uint8Array(128) } }],
      0.1,
      ShapeError,
      "got uint8 [2, 8, 8].",
    ],
    [
      "images with fewer numbers than their shape",
      [{ ...batch, images: { ...batch.images, data: new Float32Array(5) } }],
      0.1,
      ShapeError,
      "expected 384 numbers in images of shape [2, 3, 8, 8], got 5.",
    ],
  ];
  test.each(steps)("%s", async (_, batches, learningRate, errorClass, message) => {
    await using trainer = await create();
    const before = await trainer.state();
    const step = (): Promise<unknown> => trainer.step(batches, { learningRate });
    await expect(step()).rejects.toThrow(errorClass);
    await expect(step()).rejects.toThrow(message);
    expect(await trainer.state()).toEqual(before);
  });

  test("parameters that are missing or of another shape: all of them", async () => {
    const net = smallNet();
    const parameters = firstParameters(net);
    parameters.delete("bn1_1.scale");
    parameters.set("fc6.bias", { type: "float32", shape: [4], data: new Float32Array(4) });
    const created = (): Promise<unknown> => Trainer.create(nodeTraining, net, parameters, { solver: PAPER_SGD });
    await expect(created()).rejects.toThrow(ShapeError);
    await expect(created()).rejects.toThrow(
      "got 2 that do not fit: bn1_1.scale: [8] expected, missing; fc6.bias: [16] expected, float32 [4].",
    );
  });

  test("a net in inference mode", async () => {
    await expect(create(smallNet({ mode: "inference" }))).rejects.toThrow(
      /expected a net built with mode "training", got "small"/,
    );
  });

  test("a net of frozen layers only", async () => {
    const layers = new Set(smallNet().parameters.map(({ layer }) => layer));
    await expect(create(smallNet({ frozen: layers }))).rejects.toThrow(
      'at least 1 layer of "small" to train, got only frozen ones.',
    );
  });

  test("but not a net whose normalised layers are all frozen, as when the score layer alone is trained", async () => {
    const layers = new Set(smallNet().parameters.map(({ layer }) => layer));
    layers.delete("seg-score-voc");
    await using trainer = await create(smallNet({ frozen: layers }));
    const { gradients } = await trainer.gradients([syntheticBatch(1)]);
    expect([...gradients.keys()]).toEqual(["seg-score-voc.weight", "seg-score-voc.bias"]);
  });

  test("statistics over no image, over one value a channel, over images of another size", async () => {
    await using trainer = await create();
    const before = await trainer.state();
    const wide: Tensor = { ...syntheticBatch(2).images, shape: [2, 3, 4, 16] };
    await expect(trainer.estimateStatistics([])).rejects.toThrow("expected at least 1 batch of images, got 0.");
    await expect(trainer.estimateStatistics([syntheticBatch(1).images])).rejects.toThrow(/at least 2 values a channel/);
    await expect(trainer.model([wide])).rejects.toThrow("images as float32 [2, 3, 8, 8], got float32 [2, 3, 4, 16].");
    expect(await trainer.state()).toEqual(before);
  });

  test("settings of the solver and class weights", async () => {
    await expect(create(smallNet(), { solver: { ...PAPER_SGD, momentum: 1 } })).rejects.toThrow(OptionError);
    await expect(create(smallNet(), { classWeights: [1, 2] })).rejects.toThrow(
      "expected 3 numbers of at least 0, not all of them 0, got [1, 2].",
    );
  });

  test("too little memory: the estimate", async () => {
    const net = smallNet();
    const runtime = { ...nodeTraining, availableMemory: () => 50_000 };
    const created = Trainer.create(runtime, net, firstParameters(net), { solver: PAPER_SGD, batch: 64 });
    await expect(created).rejects.toThrow(BackendError);
    const again = Trainer.create(runtime, net, firstParameters(net), { solver: PAPER_SGD, batch: 64 });
    await expect(again).rejects.toThrow(
      /at most the 0\.000 GB that are free, got an estimate of 0\.2 GB .* Use a smaller input size or network\./,
    );
  });
});

describe("dispose", () => {
  test("twice is fine, use after it is not, the thread is gone", async () => {
    const trainer = await create();
    expect(workerCount()).toBe(1);
    await trainer.dispose();
    await trainer.dispose();
    expect(workerCount()).toBe(0);
    await expect(trainer.step([syntheticBatch(2)], RATE)).rejects.toThrow(
      'Trainer: expected an open trainer of "small", got one that was disposed.',
    );
    await expect(trainer.state()).rejects.toThrow(BackendError);
  });
});
