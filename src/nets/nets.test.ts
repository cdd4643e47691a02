import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { OptionError } from "../errors.ts";
import {
  buildNet,
  countParameters,
  type DeconvNetOptions,
  deconvNet,
  fcn,
  type Net,
  PAPER_DECONVNET,
  type ParameterKind,
  vgg16,
} from "./index.ts";

const TINY = { inputSize: 64, classes: 5, widths: [2, 3, 4, 5, 6], fcWidth: 7 } as const;

const shapeOf = (net: Net, value: string): unknown => net.graph.values.get(value)?.shape;
const kindsOf = (net: Net, layer: string): ParameterKind[] =>
  net.parameters.filter((parameter) => parameter.layer === layer).map(({ kind }) => kind);

describe("numbers of parameters", () => {
  test.each([
    ["DeconvNet, preset paper", deconvNet(PAPER_DECONVNET), 251_805_653],
    ["VGG-16", vgg16(), 138_357_544],
    // VGG-16 without fc8 has 134,260,544; a score layer of 21 classes has 21 weights a channel and 21 biases.
    ["FCN-8s", fcn(), 134_362_751],
    ["FCN-16s", fcn({ variant: "16s" }), 134_260_544 + 21 * (4096 + 512 + 2)],
    ["FCN-32s", fcn({ variant: "32s" }), 134_260_544 + 21 * 4097],
  ])("%s", (_, net, expected) => {
    expect(countParameters(net)).toBe(expected);
  });

  test("FCN's upsampling is not counted: 127,008 fixed numbers", () => {
    const fixed = fcn().parameters.filter(({ trainable }) => !trainable);
    expect(fixed.map(({ name, shape }) => [name, shape])).toEqual([
      ["upscore2.weight", [21, 21, 4, 4]],
      ["upscore_pool4.weight", [21, 21, 4, 4]],
      ["upscore8.weight", [21, 21, 16, 16]],
    ]);
  });
});

describe("the shapes in the comments are those of the graph", () => {
  /** Every line of a net's page that names a layer and ends with `// channels x height x width`. */
  function claims(file: string): [string, number[]][] {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    return [...source.matchAll(/"([\w-]+)".*\/\/ (\d+) x (\d+) x (\d+)$/gm)].map(([, layer = "", ...sizes]) => [
      layer,
      sizes.map(Number),
    ]);
  }

  test.each([
    ["./deconvnet.ts", deconvNet(), 22],
    ["./vgg16.ts", deconvNet(), 20],
    ["./vgg16.ts", vgg16(), 21],
  ])("%s", (file, net, count) => {
    const found = claims(file).filter(([layer]) => net.graph.values.has(layer));
    expect(found).toHaveLength(count);
    for (const [layer, sizes] of found)
      expect({ layer, shape: shapeOf(net, layer) }).toEqual({ layer, shape: ["N", ...sizes] });
  });

  test("no line is left out", () => {
    const layers = [...claims("./deconvnet.ts"), ...claims("./vgg16.ts")].map(([layer]) => layer);
    const known = [deconvNet(), vgg16()].flatMap(({ graph }) => [...graph.values.keys()]);
    expect(layers.filter((layer) => !known.includes(layer))).toEqual([]);
  });
});

describe("DeconvNet", () => {
  test("each layer is followed by batch norm and ReLU under the names of the original files", () => {
    const { graph } = deconvNet();
    const names = (layer: string, count: number): string[] => {
      const start = graph.nodes.findIndex(({ name }) => name === layer);
      return graph.nodes.slice(start, start + count).map(({ name }) => name);
    };
    expect(names("conv1_1", 3)).toEqual(["conv1_1", "bn1_1", "relu1_1"]);
    expect(names("fc6", 3)).toEqual(["fc6", "bnfc6", "relu6"]);
    expect(names("fc6-deconv", 4)).toEqual(["fc6-deconv", "fc6-deconv-bn", "fc6-deconv-relu", "unpool5"]);
    expect(names("deconv5_1", 3)).toEqual(["deconv5_1", "debn5_1", "derelu5_1"]);
    expect(graph.nodes.at(-1)?.name).toBe("seg-score-voc");
  });

  test("the score has no batch norm, all other layers have scale, shift and statistics", () => {
    const net = deconvNet(TINY);
    expect(kindsOf(net, "seg-score-voc")).toEqual(["weight", "bias"]);
    expect(kindsOf(net, "debn1_2")).toEqual(["scale", "shift", "running_mean", "running_var"]);
    expect(net.parameters.filter(({ kind }) => kind === "scale")).toHaveLength(29);
  });

  test("unpooling reads the switches of its own level", () => {
    const { graph } = deconvNet(TINY);
    for (const level of [1, 2, 3, 4, 5]) {
      const unpool = graph.nodes.find(({ name }) => name === `unpool${level}`);
      expect(unpool?.inputs[1]).toBe(`pool${level}_mask`);
      expect(shapeOf(deconvNet(TINY), `pool${level}_mask`)).toEqual([
        "N",
        TINY.widths[level - 1],
        64 / 2 ** level,
        64 / 2 ** level,
      ]);
    }
  });

  test("in training mode batch norm uses the batch, and says how many values a channel it has", () => {
    const net = deconvNet({ ...TINY, mode: "training" });
    expect(net.statistics).toHaveLength(29);
    expect(net.statistics[0]).toEqual({
      layer: "bn1_1",
      mean: "bn1_1.batch_mean",
      variance: "bn1_1.batch_var",
      pixels: 64 * 64,
    });
    expect(net.statistics.find(({ layer }) => layer === "bnfc6")?.pixels).toBe(1);
    expect(deconvNet(TINY).statistics).toEqual([]);
  });

  test("frozen layers keep their stored statistics and are not trainable", () => {
    const net = deconvNet({ ...TINY, mode: "training", frozen: new Set(["conv1_1"]) });
    const frozen = net.parameters.filter(({ layer }) => layer === "conv1_1" || layer === "bn1_1");
    expect(frozen.filter(({ trainable }) => trainable)).toEqual([]);
    expect(net.statistics.map(({ layer }) => layer)).not.toContain("bn1_1");
    expect(net.graph.nodes.find(({ name }) => name === "bn1_1")?.attributes["training_mode"] ?? 0).toBe(0);
    expect(net.graph.nodes.find(({ name }) => name === "bn1_2")?.attributes["training_mode"]).toBe(1);
  });

  test("the portable form has no indices and no batch norm operator on the way, and the same parameters", () => {
    const portable = deconvNet({ ...TINY, mode: "training", unpooling: "portable", batchNorm: "primitives" });
    const operators = new Set(portable.graph.nodes.map(({ op }) => op));
    for (const op of ["MaxPool", "MaxUnpool", "BatchNormalization", "ArgMax"]) expect(operators).not.toContain(op);
    const computed = portable.graph.nodes
      .flatMap(({ outputs }) => outputs)
      .map((name) => portable.graph.values.get(name)?.type);
    expect(computed).not.toContain("int64");
    expect(portable.parameters).toEqual(deconvNet({ ...TINY, mode: "training" }).parameters);
    expect(portable.output).toEqual(deconvNet(TINY).output);
  });

  test("without fc6 and fc7 the decoder starts from pool5", () => {
    const net = deconvNet({ ...TINY, fcWidth: 0 });
    expect(net.parameters.filter(({ layer }) => layer.includes("fc"))).toEqual([]);
    expect(net.graph.nodes.find(({ name }) => name === "unpool5")?.inputs[0]).toBe("pool5");
  });

  test("a thinner decoder keeps the names and the shapes of the layers that stay", () => {
    const net = deconvNet({ ...TINY, decoderLayers: [1, 2, 1, 1, 1], lastWidth: 9 });
    const layers = net.parameters.filter(({ kind, layer }) => kind === "weight" && layer.startsWith("deconv"));
    expect(layers.map(({ layer, shape }) => [layer, shape])).toEqual([
      ["deconv5_3", [6, 5, 3, 3]],
      ["deconv4_2", [5, 5, 3, 3]],
      ["deconv4_3", [5, 4, 3, 3]],
      ["deconv3_3", [4, 3, 3, 3]],
      ["deconv2_2", [3, 2, 3, 3]],
      ["deconv1_2", [2, 9, 3, 3]],
    ]);
  });

  test("plain blocks have no batch norm", () => {
    const net = deconvNet({ ...TINY, plainBlocks: 2 });
    const norms = net.parameters.filter(({ kind }) => kind === "scale").map(({ layer }) => layer);
    expect(norms.slice(0, 2)).toEqual(["bn3_1", "bn3_2"]);
    expect(norms).toContain("debn1_1");
  });

  test("a fixed batch size", () => {
    expect(deconvNet({ ...TINY, batch: 4 }).output.shape).toEqual([4, 5, 64, 64]);
  });

  const wrong: [DeconvNetOptions, RegExp][] = [
    [{ inputSize: 225 }, /inputSize that is a multiple of 32 px .*, got 225\./],
    [{ inputSize: 0 }, /got 0\./],
    [{ inputSize: Number.NaN }, /got NaN\./],
    [{ classes: 256 }, /1 to 255 classes \(255 is void\), got 256\./],
    [{ classes: 0 }, /got 0\./],
    [{ decoderLayers: [3, 3, 3, 2, 3] }, /from 1 to 3, 3, 3, 2, 2, got \[3, 3, 3, 2, 3\]\./],
    [{ decoderLayers: [0, 3, 3, 2, 2] }, /got \[0, 3, 3, 2, 2\]\./],
    [{ widths: [64, 128, 0.5, 512, 512] }, /"conv3_1.weight", got \[0.5, 128, 3, 3\]\./],
  ];
  test.each(wrong)("%j is refused", (options, message) => {
    expect(() => deconvNet(options)).toThrow(OptionError);
    expect(() => deconvNet(options)).toThrow(message);
  });
});

describe("FCN", () => {
  test.each([
    { height: 500, width: 500, score_fr: [16, 16], fuse_pool4: [34, 34], fuse_pool3: [70, 70] },
    { height: 96, width: 128, score_fr: [4, 5], fuse_pool4: [10, 12], fuse_pool3: [22, 26] },
  ])(
    "$height x $width px: scores at strides 32, 16 and 8, then the size of the image",
    ({ height, width, ...maps }) => {
      const net = fcn({ height, width });
      for (const [name, size] of Object.entries(maps)) expect(shapeOf(net, name)).toEqual(["N", 21, ...size]);
      expect(net.output.shape).toEqual(["N", 21, height, width]);
    },
  );

  test.each(["32s", "16s", "8s"] as const)("FCN-%s scores every pixel of images of any size", (variant) => {
    for (const size of [1, 33, 64])
      expect(fcn({ variant, height: size, width: 50 }).output.shape).toEqual(["N", 21, size, 50]);
  });

  test("the score layer is the one that depends on the image alone", () => {
    expect(fcn().scoreLayer).toBe("score_fr");
  });

  test("at once: pool4 and pool3 are scaled before they are scored", () => {
    const plain = fcn().graph.nodes.filter(({ op }) => op === "Mul");
    const scaled = fcn({ atOnce: true }).graph.nodes.filter(({ op }) => op === "Mul");
    expect([plain.length, scaled.length]).toEqual([0, 2]);
  });
});

test("activations name the value behind each layer's ReLU", () => {
  const { activations } = deconvNet(TINY);
  expect(activations.get("conv1_1")).toBe("relu1_1");
  expect(activations.get("seg-score-voc")).toBe("seg-score-voc");
});

describe("buildNet", () => {
  test("builds from the name and options of a model file", () => {
    expect(buildNet("deconvnet", TINY).output.shape).toEqual(["N", 5, 64, 64]);
    expect(buildNet("fcn16s", { height: 64, width: 64 }).architecture).toBe("fcn16s");
    expect(buildNet("vgg16", {}, { batch: 2 }).output.shape).toEqual([2, 1000, 1, 1]);
  });

  test("another name: those that there are", () => {
    expect(() => buildNet("unet", {})).toThrow(/one of the architectures deconvnet, fcn32s, .*, got "unet"/);
  });
});
