/**
 * The networks on this machine, medians of several rounds: `npm run bench -- deconvnet [paper|compact] [rounds]`.
 *
 * `paper`: 252 M parameters, 224 px, forward of 1 and training step of 2. `compact`: 9 M, 128 px, step of 16 with the first
 * three blocks frozen.
 */
import { cpus } from "node:os";
import { Session } from "deconvnet";
import { countParameters, type DeconvNetOptions, deconvNet, inferenceGraph, initialize } from "deconvnet/nets";
import { nodeRuntime, nodeTraining } from "deconvnet/node";
import { ADAMW_DEFAULTS, PAPER_SGD, PRESETS, type Solver, Trainer } from "deconvnet/train";

interface Case {
  readonly options: DeconvNetOptions;
  readonly frozen: readonly string[];
  readonly solver: Solver;
  readonly batch: number;
}

const CASES: Readonly<Record<string, Case>> = {
  compact: {
    options: { ...PRESETS.compact.options, classes: 7 },
    frozen: ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"],
    solver: ADAMW_DEFAULTS,
    batch: 16,
  },
  paper: { options: {}, frozen: [], solver: PAPER_SGD, batch: 2 },
};

const [name, rounds = "3"] = process.argv.slice(2);
console.log(`${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} threads, Node ${process.version}`);
for (const [key, bench] of Object.entries(CASES)) if (name === undefined || name === key) await run(key, bench);

async function run(key: string, { options, frozen, solver, batch }: Case): Promise<void> {
  const plain = deconvNet(options);
  const parameters = initialize(plain, { seed: 1 });
  console.log(`${key}: ${countParameters(plain).toLocaleString("en-US")} parameters`);
  const side = options.inputSize ?? 224;
  await forward(plain, parameters, side);
  const net = deconvNet({ ...options, mode: "training", frozen: new Set(frozen) });
  await using trainer = await Trainer.create(nodeTraining, net, parameters, { solver, batch });
  const labels = { type: "int32", shape: [batch, side, side], data: new Int32Array(batch * side * side) } as const;
  const step = () => trainer.step([{ images: images(batch, side), labels }], { learningRate: 0.001 });
  report(`training step, batch ${batch}`, await median(step), batch);
}

async function forward(
  net: ReturnType<typeof deconvNet>,
  parameters: ReturnType<typeof initialize>,
  side: number,
): Promise<void> {
  const { graph, tensors } = inferenceGraph(net, parameters);
  await using session = await Session.create(nodeRuntime, graph, {
    parameters: new Map([...tensors].map(([tensor, source]) => [tensor, source()])),
  });
  for (const batch of [1, 8]) {
    report(`forward, batch ${batch}`, await median(() => session.run({ input: images(batch, side) })), batch);
  }
}

function images(batch: number, side: number) {
  const data = Float32Array.from({ length: batch * 3 * side * side }, (_, i) => ((i * 37) % 255) - 120);
  return { type: "float32", shape: [batch, 3, side, side], data } as const;
}

async function median(work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function report(what: string, milliseconds: number, batch: number): void {
  console.log(`  ${what}: ${milliseconds.toFixed(0)} ms, ${((1000 * batch) / milliseconds).toFixed(2)} images/s`);
}
