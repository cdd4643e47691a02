/** The files of a run: models with random numbers, images and labels, graphs for other engines. Each is written when it is first asked for. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VOC_CLASSES, VOC_PALETTE } from "deconvnet/labels";
import { inferenceGraph, initialize, type Net } from "deconvnet/nets";
import { readModelFile, writeModelFile, writeSafetensors } from "deconvnet/node";
import type { Tensor } from "deconvnet/onnx";
import type { ModelFile } from "deconvnet/weights";
import { lastError } from "./last-error.ts";
import type { Command } from "./measured-process.ts";
import { netOf, optionsOf, type Preset } from "./nets.ts";

const LARGEST_BATCH = 8;

export interface GraphFiles {
  readonly graph: string;
  readonly weights: string;
}

export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), "bench-"));
  readonly #written = new Map<string, Promise<unknown>>();

  /** A model file; float16 is what trainings write, float32 what other tools read. */
  model(preset: Preset, storage: "float16" | "float32"): Promise<string> {
    return this.#once(`${preset}-${storage}.safetensors`, async (path) => {
      const model =
        storage === "float32" ? randomModel(preset) : await readModelFile(await this.model(preset, "float32"));
      await writeModelFile(path, model, { storage });
    });
  }

  /** Eight images and their label maps. */
  examples(preset: Preset): Promise<string> {
    return this.#once(`${preset}-examples.safetensors`, async (path) => {
      const { inputSize, classes } = optionsOf(preset);
      const images = randomTensor([LARGEST_BATCH, 3, inputSize, inputSize], 100);
      const numbers = Int32Array.from({ length: LARGEST_BATCH * inputSize ** 2 }, (_, i) => (i * 7919) % (classes + 1));
      const labels: Tensor = {
        type: "int32",
        shape: [LARGEST_BATCH, inputSize, inputSize],
        data: numbers.map((label) => (label === classes ? 255 : label)),
      };
      await writeSafetensors(
        path,
        new Map([
          ["images", images],
          ["labels", labels],
        ]),
      );
    });
  }

  /** Two tensors for the gradient of a layer. */
  layer(channels: number, side: number): Promise<string> {
    return this.#once("layer.safetensors", async (path) => {
      const shape = [1, channels, side, side];
      const tensors = new Map([
        ["input", randomTensor(shape, 1)],
        ["outputGradient", randomTensor(shape, 1, 2)],
      ]);
      await writeSafetensors(path, tensors);
    });
  }

  /** The net as it is deployed, batch norm folded, for engines that run it node by node. */
  async graph(preset: Preset): Promise<GraphFiles> {
    const weights = await this.#once(`${preset}-folded.safetensors`, async (path) => {
      const { tensors } = await readModelFile(await this.model(preset, "float32"));
      const bound = inferenceGraph(netOf(preset), tensors);
      await writeSafetensors(path, new Map([...bound.tensors].map(([name, source]) => [name, source()])));
      const { inputs, outputs, nodes } = bound.graph;
      await writeFile(`${path}.json`, JSON.stringify({ input: inputs[0]?.name, output: outputs[0], nodes }));
    });
    return { graph: `${weights}.json`, weights };
  }

  /** What a program writes to a path of its settings, `onnx`. */
  onnx(preset: Preset, batch: number, [program, ...rest]: Command): Promise<string> {
    return this.#once(`${preset}-${batch}.onnx`, async (path) => {
      const [model, data] = [await this.model(preset, "float32"), await this.examples(preset)];
      const settings = { model, data, batch, options: optionsOf(preset), onnx: path };
      const { status, stderr } = spawnSync(program, [...rest, JSON.stringify(settings)], { encoding: "utf8" });
      if (status !== 0) throw new Error(`${rest.join(" ")}: ${lastError(stderr)}`);
    });
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #once(name: string, write: (path: string) => Promise<void>): Promise<string> {
    const path = join(this.#folder, name);
    const written = this.#written.get(name) ?? write(path);
    this.#written.set(name, written);
    await written;
    return path;
  }
}

function randomModel(preset: Preset): ModelFile {
  const options = optionsOf(preset);
  const classNames = VOC_CLASSES.slice(0, options.classes);
  return {
    metadata: {
      contents: "net",
      architecture: "deconvnet",
      architectureOptions: { ...options },
      channelOrder: "BGR",
      mean: [104, 117, 123],
      classNames,
      palette: classNames.map((_, label) => VOC_PALETTE[label] ?? [0, 0, 0]),
      evaluationSize: options.inputSize,
    },
    tensors: randomNumbers(netOf(preset)),
  };
}

/** He's distribution; what it leaves at 0 or 1 is moved, so that a batch norm or bias that someone leaves out shows. */
function randomNumbers(net: Net): Map<string, Tensor> {
  const tensors = initialize(net, { seed: 1 });
  net.parameters.forEach(({ name, kind, shape }, index) => {
    if (kind !== "weight") tensors.set(name, moved(tensors.get(name), randomTensor(shape, 0.25, index + 3)));
  });
  return tensors;
}

function moved(tensor: Tensor | undefined, by: Tensor): Tensor {
  const data = by.data as Float32Array;
  return { ...by, data: data.map((value, i) => value + Number(tensor?.data[i] ?? 0)) };
}

/** Uniform in [-scale, scale). */
function randomTensor(shape: readonly number[], scale: number, seed = 1): Tensor {
  let state = seed;
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = scale * ((state >>> 0) / 2 ** 31 - 1);
  }
  return { type: "float32", shape, data };
}
