/** Gradient checks of what the nets are made of, up to a DeconvNet of two levels. */
import {
  batchNormalization,
  type GraphOptions,
  LayerBuilder,
  type Net,
  portableMaxPool,
  portableMaxUnpool,
} from "../../src/nets/index.ts";
import type { GraphBuilder, ValueInfo } from "../../src/onnx/index.ts";
import type { CaseInput, GradientCase, NetCase } from "./gradient-case.ts";

const FORMS = [
  { about: "native", unpooling: "native", batchNorm: "operator" },
  { about: "portable", unpooling: "portable", batchNorm: "primitives" },
] as const;

type Form = (typeof FORMS)[number];

const fixed = (...shape: number[]): CaseInput => ({ shape, differentiated: false, from: (u) => 0.5 + u });

function normAndRelu(
  g: GraphBuilder,
  x: ValueInfo,
  input: (name: string) => ValueInfo,
  form: Form["batchNorm"],
): ValueInfo {
  const [scale, shift, mean, variance] = [input("scale"), input("shift"), input("mean"), input("variance")];
  const options = { name: "bn", form, usesBatch: true, epsilon: 1e-5 };
  return g.op("Relu", [batchNormalization(g, x, { scale, shift, mean, variance }, options)]);
}

const norm = (channels: number): Readonly<Record<string, CaseInput>> => ({
  scale: { shape: [channels], from: (u) => 0.5 + u },
  shift: { shape: [channels] },
  mean: fixed(channels),
  variance: fixed(channels),
});

function encoderBlock({ about, unpooling, batchNorm }: Form): GradientCase {
  return {
    subject: "convolution, batch norm, ReLU, pooling",
    about,
    inputs: { x: { shape: ["N", 2, 6, 4] }, w: { shape: [3, 2, 3, 3] }, b: { shape: [3] }, ...norm(3) },
    build(g, input) {
      const y = g.op("Conv", [input("x"), input("w"), input("b")], { pads: [1, 1, 1, 1] });
      const active = normAndRelu(g, y, input, batchNorm);
      if (unpooling === "portable") return portableMaxPool(g, active, "pool").output;
      return g.op("MaxPool", [active], { kernel_shape: [2, 2], strides: [2, 2] });
    },
  };
}

function decoderBlock({ about, unpooling, batchNorm }: Form): GradientCase {
  return {
    subject: "unpooling, deconvolution, batch norm, ReLU",
    about,
    inputs: {
      x: { shape: ["N", 2, 3, 2] },
      pooled: { shape: ["N", 2, 6, 4] },
      w: { shape: [2, 3, 3, 3] },
      b: { shape: [3] },
      ...norm(3),
    },
    build(g, input) {
      // The pooled tensor gets a gradient too, through its maxima.
      const window = { kernel_shape: [2, 2], strides: [2, 2] };
      const unpooled = (): ValueInfo => {
        if (unpooling === "portable") {
          const { output, switches } = portableMaxPool(g, input("pooled"), "pool");
          return portableMaxUnpool(g, g.add(input("x"), output), switches, "unpool");
        }
        const [output, switches] = g.ops("MaxPool", [input("pooled")], window, { outputs: ["pool", "switches"] });
        return g.op("MaxUnpool", [g.add(input("x"), output ?? input("x")), switches], window);
      };
      const y = g.op("ConvTranspose", [unpooled(), input("w"), input("b")], { pads: [1, 1, 1, 1] });
      return normAndRelu(g, y, input, batchNorm);
    },
  };
}

/** DeconvNet in small: two levels, fc6 and fc6-deconv on 2x2 px. */
export function twoLevelDeconvNet(options: GraphOptions): Net {
  const net = new LayerBuilder("two-level", { mode: "training", ...options });
  let x = net.conv(net.input(8, 8), "conv1_1", 2, { norm: true });
  const pool1 = net.maxPool(x, "pool1");
  x = net.conv(pool1.output, "conv2_1", 3, { norm: true });
  const pool2 = net.maxPool(x, "pool2");
  x = net.conv(pool2.output, "fc6", 4, { kernel: 2, pad: 0, norm: true });
  x = net.deconv(x, "fc6-deconv", 3, { kernel: 2, pad: 0, norm: true });
  x = net.maxUnpool(x, "unpool2", pool2);
  x = net.deconv(x, "deconv2_1", 2, { norm: true });
  x = net.maxUnpool(x, "unpool1", pool1);
  x = net.deconv(x, "deconv1_1", 2, { norm: true });
  return net.build("two-level", net.conv(x, "seg-score-voc", 3, { kernel: 1, pad: 0, relu: false }), "seg-score-voc");
}

/** FCN in small: odd pooling, upsampling, a crop, a sum of two strides. */
function fusedScores(): GradientCase {
  return {
    subject: "FCN: pooling, upsampling, crop, sum",
    about: "odd sizes",
    inputs: { x: { shape: ["N", 2, 7, 5] }, w: { shape: [2, 2, 4, 4] } },
    build(g, input) {
      const pool = { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 };
      const upsampled = g.op("ConvTranspose", [g.op("MaxPool", [input("x")], pool), input("w")], { strides: [2, 2] });
      return g.add(g.slice(upsampled, [2, 3], [2, 1], [9, 6]), input("x"));
    },
  };
}

/** Two of the teacher's classes are one of ours, one is none of ours. */
const TAUGHT_SCORES = { classes: [0, 1, -1, 2, 0], temperature: 1.5, weight: 0.7 };

const NETS: readonly NetCase[] = FORMS.flatMap((form): NetCase[] => [
  { subject: "DeconvNet of two levels", about: form.about, net: twoLevelDeconvNet(form) },
  {
    subject: "DeconvNet of two levels",
    about: `${form.about}, class weights, conv1_1 frozen`,
    net: twoLevelDeconvNet({ ...form, frozen: new Set(["conv1_1"]) }),
    classWeights: [0.5, 1, 2],
  },
  {
    subject: "DeconvNet of two levels",
    about: `${form.about}, taught: scores of 5 classes, a finer and a coarser map of features`,
    net: twoLevelDeconvNet(form),
    distillation: {
      scores: { output: "scores", channels: 5, height: 3, width: 3, alignedTo: 33, ...TAUGHT_SCORES },
      features: [
        { output: "features", channels: 3, height: 5, width: 5, layer: "conv2_1", weight: 1 },
        { output: "features", channels: 3, height: 5, width: 5, layer: "deconv1_1", weight: 0.5 },
        { output: "deep", channels: 2, height: 3, width: 3, alignedTo: 33, layer: "fc6", weight: 2 },
      ],
    },
  },
]);

export const BLOCK_CASES: readonly (GradientCase | NetCase)[] = [
  ...FORMS.map(encoderBlock),
  ...FORMS.map(decoderBlock),
  fusedScores(),
  ...NETS,
];
