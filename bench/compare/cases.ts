/** The cases, each with the tools that a user would otherwise pick for it. */
import { buildNet } from "deconvnet/nets";
import { ADAMW_DEFAULTS, PAPER_SGD, type Solver } from "deconvnet/train";
import type { BenchCase, Contender, Form } from "./bench-case.ts";
import type { Command } from "./measured-process.ts";
import { forwardMultiplyAdds, stepMultiplyAdds } from "./multiply-adds.ts";
import { FRONT, netOf, optionsOf, type Preset } from "./nets.ts";
import type { Peers } from "./peers.ts";
import type { Workspace } from "./workspace.ts";

const PHOTO = "examples/photos/kitten.jpg";
const MATRIX = { size: 2048, products: 4 };
const LAYER = { channels: 64, side: 28, weightShape: [64, 64, 3, 3] };

/** Layers as a user writes them: transposed convolutions, batch norm of its own. */
const AS_WRITTEN = "PyTorch as written";
/** The network changed as this library changes it: convolutions, batch norm folded for inference, fc6 and its mirror as products. */
const REWRITTEN = "PyTorch rewritten";

const LAYOUTS: readonly Form[] = [
  { name: "channels first", settings: {} },
  { name: "channels last", settings: { channelsLast: true } },
];

/** @param compiled - Whether the compiler of PyTorch is tried on the rewritten ones, which takes minutes. */
function pytorch(key: string, peers: Peers, settings: () => Promise<object>, compiled: boolean): Contender[] {
  const command = peers.python("run-pytorch.py", "torch");
  const rewritten = LAYOUTS.map((form) => ({ ...form, settings: { ...form.settings, rewritten: true } }));
  const slow = rewritten.map(({ name, settings: form }) => ({
    name: `${name}, compiled`,
    settings: { ...form, compiled: true },
  }));
  return [
    { name: AS_WRITTEN, command, settings, forms: { key: `${key}-written`, all: LAYOUTS } },
    { name: REWRITTEN, command, settings, forms: { key, all: compiled ? [...rewritten, ...slow] : rewritten } },
  ];
}

/** @param compiled - Whether PyTorch's compiler is tried as well. */
export function benchCases(compiled: boolean): BenchCase[] {
  return [
    {
      name: "matrix-product",
      title: `matrix product, ${MATRIX.size} x ${MATRIX.size}`,
      contenders: () => [ours("run-matrix-product.mjs", async () => MATRIX)],
      multiplyAdds: () => MATRIX.products * MATRIX.size ** 3,
    },
    weightGradient(),
    forward("compact", 1, compiled),
    forward("compact", 8, compiled),
    step({ preset: "compact", batch: 8, solver: ADAMW_DEFAULTS, frozen: [], compiled }),
    step({ preset: "compact", batch: 8, solver: ADAMW_DEFAULTS, frozen: FRONT, compiled }),
    {
      name: "compact-photo",
      title: "`compact`, a photo from its file to its label map",
      contenders: () => [ours("run-photo.mjs", async () => ({ photo: PHOTO, load: false }))],
      multiplyAdds: ({ tileSize = 0 }) =>
        forwardMultiplyAdds(buildNet("deconvnet", { ...optionsOf("compact"), classes: 7, inputSize: tileSize }), 1),
    },
    forward("paper", 1, compiled),
    forward("paper", 8, compiled),
    step({ preset: "paper", batch: 2, solver: PAPER_SGD, frozen: [], compiled }),
    {
      name: "paper-photo",
      title: "`paper`, loading the model and segmenting a photo",
      contenders: (_, files) => [
        ours("run-photo.mjs", async () => ({ photo: PHOTO, load: true, model: await files.model("paper", "float16") })),
      ],
      freshProcess: true,
    },
  ];
}

function ours(program: string, settings: () => Promise<object>): Contender {
  return { name: "deconvnet", command: [process.execPath, `bench/compare/${program}`], settings };
}

function forward(preset: Preset, batch: number, compiled: boolean): BenchCase {
  const options = optionsOf(preset);
  return {
    name: `${preset}-forward-${batch}`,
    title: `\`${preset}\` forward, ${options.inputSize} px, batch ${batch}`,
    contenders(peers, files) {
      const settings = async () => ({
        batch,
        model: await files.model(preset, "float32"),
        data: await files.examples(preset),
      });
      return [
        ours("run-forward.mjs", settings),
        ...pytorch(
          `${preset}-forward`,
          peers,
          async () => ({ ...(await settings()), work: "forward", options }),
          compiled,
        ),
        onnxRuntime(preset, batch, peers, files),
        ...(preset === "compact" ? webEngines(preset, batch, peers, files) : []),
      ];
    },
    multiplyAdds: () => forwardMultiplyAdds(netOf(preset), batch),
  };
}

function onnxRuntime(preset: Preset, batch: number, peers: Peers, files: Workspace): Contender {
  const exporter = peers.python("export-onnx.py", "torch", "onnx", "onnxscript");
  return {
    name: "onnxruntime",
    command: typeof exporter === "string" ? exporter : peers.python("run-onnxruntime.py", "onnxruntime"),
    settings: async () => ({
      batch,
      data: await files.examples(preset),
      onnx: await files.onnx(preset, batch, exporter as Command),
    }),
  };
}

function webEngines(preset: Preset, batch: number, peers: Peers, files: Workspace): Contender[] {
  const settings = async () => ({ batch, data: await files.examples(preset), ...(await files.graph(preset)) });
  const tfjs = peers.node("run-tfjs.mjs", "@tensorflow/tfjs-backend-wasm");
  const all: Contender[] = [{ name: "tfjs-wasm", command: tfjs, settings }];
  // A minute for one image.
  if (batch === 1)
    all.push({ name: "jax-js", command: peers.node("run-jax.mjs", "@jax-js/jax"), settings, mostRounds: 1 });
  return all;
}

interface StepOptions {
  readonly preset: Preset;
  readonly batch: number;
  readonly solver: Solver;
  readonly frozen: readonly string[];
  readonly compiled: boolean;
}

function step({ preset, batch, solver, frozen, compiled }: StepOptions): BenchCase {
  const options = optionsOf(preset);
  const part = frozen.length === 0 ? "" : ", blocks 1 to 3 frozen";
  return {
    name: `${preset}-step-${batch}${frozen.length === 0 ? "" : "-frozen"}`,
    title: `\`${preset}\` training step, ${options.inputSize} px, batch ${batch}, ${solver.type}${part}`,
    contenders(peers, files) {
      const settings = async () => ({
        batch,
        solver,
        frozen,
        learningRate: 1e-3,
        model: await files.model(preset, "float32"),
        data: await files.examples(preset),
      });
      return [
        ours("run-step.mjs", settings),
        ...pytorch(`${preset}-step`, peers, async () => ({ ...(await settings()), work: "step", options }), compiled),
      ];
    },
    multiplyAdds: () => stepMultiplyAdds(netOf(preset, { mode: "training", frozen: new Set(frozen) }), batch),
  };
}

function weightGradient(): BenchCase {
  const { channels, side, weightShape } = LAYER;
  return {
    name: "weight-gradient",
    title: `weight gradient of a layer, 3x3, ${channels} to ${channels}, ${side} x ${side}, batch 1`,
    contenders(peers, files) {
      const settings = async () => ({ data: await files.layer(channels, side), weightShape });
      const tfjs = peers.node("run-tfjs-weight-gradient.mjs", "@tensorflow/tfjs-backend-cpu");
      return [ours("run-weight-gradient.mjs", settings), { name: "tfjs-cpu", command: tfjs, settings }];
    },
    multiplyAdds: () => weightShape.reduce((product, size) => product * size, side ** 2),
  };
}
