/**
 * One case of bench/memory-estimate.bench.ts, in plain JavaScript so that no compiler is in this process's memory:
 * `node measure-case.mjs write PRESET FILE [STORAGE]`, `forward PRESET BATCH FILE` or `step PRESET BATCH`. Prints JSON.
 */
import { readFileSync } from "node:fs";
import { solidImage } from "deconvnet/image";
import { deconvNet } from "deconvnet/nets";
import { loadSegmenter, nodeTraining, openSegmentationModel, writeModelFile } from "deconvnet/node";
import { segmentationMemory } from "deconvnet/segment";
import { ADAMW_DEFAULTS, PAPER_SGD, PRESETS, Trainer, trainingMemory } from "deconvnet/train";

/** As in a training by `deconvnet train`. */
const FROZEN = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3"];
const ROUNDS = 3;

const [what, preset, batch, file] = process.argv.slice(2);
if (what === "write") await write(preset, batch, file);
else report(await (what === "forward" ? forward(Number(batch), file) : step(preset, Number(batch))));

async function forward(batch, file) {
  const estimate = segmentationMemory((await openSegmentationModel(file)).model, "cpu", { batch });
  const segmenter = await loadSegmenter(file, { batch });
  const photo = solidImage({ height: segmenter.size, width: segmenter.size }, [120, 90, 60]);
  for (let round = 0; round < ROUNDS; round++) await segmenter.batchScores(Array.from({ length: batch }, () => photo));
  await segmenter.dispose();
  return estimate;
}

async function step(preset, batch) {
  const options = optionsOf(preset);
  const net = deconvNet({ ...options, mode: "training", frozen: new Set(preset === "compact" ? FROZEN : []) });
  const settings = { solver: preset === "paper" ? PAPER_SGD : ADAMW_DEFAULTS, batch, takeParameters: true };
  const estimate = trainingMemory(net, settings, batch);
  const trainer = await Trainer.create(nodeTraining, net, parametersOf(options), settings);
  const side = options.inputSize ?? 224;
  const images = { type: "float32", shape: [batch, 3, side, side], data: noise(batch * 3 * side * side, 100) };
  const labels = { type: "int32", shape: [batch, side, side], data: new Int32Array(batch * side * side) };
  for (let round = 0; round < ROUNDS; round++) await trainer.step([{ images, labels }], { learningRate: 1e-4 });
  await trainer.dispose();
  return estimate;
}

function optionsOf(preset) {
  return { ...PRESETS[preset].options, classes: preset === "paper" ? 21 : 7 };
}

/** Weights of about the size that He's are, quickly. */
function parametersOf(options) {
  return new Map(
    deconvNet(options).parameters.map(({ name, kind, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      const constant = kind === "scale" || kind === "running_var" ? 1 : 0;
      const data =
        kind === "weight" ? noise(length, Math.sqrt((6 * shape[0]) / length)) : new Float32Array(length).fill(constant);
      return [name, { type: "float32", shape, data }];
    }),
  );
}

function noise(length, amplitude) {
  const values = new Float32Array(length);
  let state = 12_345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    values[i] = (amplitude * state) / 2 ** 31;
  }
  return values;
}

async function write(preset, path, storage = "float16") {
  const options = optionsOf(preset);
  const classNames = Array.from({ length: options.classes }, (_, i) => (i === 0 ? "background" : `class ${i}`));
  const metadata = {
    contents: "net",
    architecture: "deconvnet",
    architectureOptions: { ...options },
    channelOrder: "BGR",
    mean: [104, 117, 123],
    classNames,
    palette: classNames.map((_, i) => [i, i, i]),
    evaluationSize: options.inputSize ?? 224,
  };
  await writeModelFile(path, { metadata, tensors: parametersOf(options) }, { storage });
}

function report({ process: base, parameters, activations }) {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  console.log(JSON.stringify({ base, parameters, activations, peak: 1024 * Number(kilobytes) }));
}
