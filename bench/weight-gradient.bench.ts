/**
 * The forms of a convolution's weight gradient on the shapes of the presets, as times of the runtime, and which one is
 * taken: `npm run bench -- weight-gradient [rounds]`.
 */
import { cpus } from "node:os";
import { Session } from "deconvnet";
import { convolutionWeightGradient, type WeightGradientForm, weightGradientForms } from "deconvnet/autodiff";
import { nodeRuntime } from "deconvnet/node";
import { GraphBuilder, type Tensor } from "deconvnet/onnx";

const FORMS: Readonly<Record<string, WeightGradientForm>> = {
  shiftedSlices: weightGradientForms.shiftedSlices,
  batched: (g, problem) => weightGradientForms.shiftedOnBothSides(g, problem, "batched"),
  joined: (g, problem) => weightGradientForms.shiftedOnBothSides(g, problem, "joined"),
  columnsOfPatches: weightGradientForms.columnsOfPatches,
  taken: convolutionWeightGradient,
};

/** Images, input channels, output channels, side of the map. */
const SHAPES: readonly (readonly [number, number, number, number])[] = [
  [8, 320, 320, 8],
  [8, 256, 320, 16],
  [8, 320, 320, 16],
  [8, 256, 128, 32],
  [8, 128, 64, 64],
  [8, 64, 48, 128],
  [2, 64, 64, 224],
  [2, 128, 128, 112],
  [2, 256, 256, 56],
  [2, 512, 512, 28],
  [2, 512, 512, 14],
];

const rounds = Number(process.argv[2] ?? 7);
console.log(`${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} threads, Node ${process.version}`);
console.log(`milliseconds, medians of ${rounds}\n`);
console.log(["images, in, out, side", "GFLOP", ...Object.keys(FORMS)].join(" | "));
for (const shape of SHAPES) {
  const [n, inputs, out, side] = shape;
  const cells: string[] = [];
  for (const form of Object.values(FORMS)) cells.push((await time(form, shape)).toFixed(1));
  console.log([shape.join(", "), ((2 * 9 * n * inputs * out * side * side) / 1e9).toFixed(1), ...cells].join(" | "));
}

async function time(form: WeightGradientForm, [n, inputs, out, side]: (typeof SHAPES)[number]): Promise<number> {
  const g = new GraphBuilder("weight-gradient");
  const weight = g.parameter("weight", [out, inputs, 3, 3]);
  const input = g.input("x", "float32", ["N", inputs, side, side]);
  const outputGradient = g.input("d", "float32", ["N", out, side, side]);
  g.output(form(g, { input, outputGradient, weight, strides: [1, 1], pads: [1, 1, 1, 1] }));
  const graph = { ...g.build(), parameters: [] };
  await using session = await Session.create(nodeRuntime, graph, { batch: n });
  const feeds = { x: waves([n, inputs, side, side], 0.37), d: waves([n, out, side, side], 0.73) };
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await session.run(feeds);
    if (round > 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function waves(shape: number[], step: number): Tensor {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * step));
  return { type: "float32", shape, data };
}
