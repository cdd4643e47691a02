/** Trainings of a tiny net on the tiny data set, as processes. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Finished, ROOT, type RunOptions, run, runDeconvnet } from "../harness/run-process.ts";

/** 12 steps of 2 micro-batches of 2 samples; checkpoints every 3 steps, validations every 4. */
export const SETTINGS = `
model:
  options: {inputSize: 32, widths: [4, 4, 6, 8, 8], fcWidth: 0, lastWidth: 4, plainBlocks: 0}
  frozen: []
from: none
seed: 5
samples: 48
batch: 2
accumulate: 2
statisticsBatches: 2
average: 0.9
schedule: {warmup: 8, learningRate: 0.01}
augment: {longerSide: [32, 64]}
validation: {every: 16}
checkpoint: 12
threads: 1
`;
export const STEPS = 12;

export function trainCommand(
  data: string,
  runPath: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<Finished> {
  return runDeconvnet(["train", ...args, "--data", data, "--run", runPath], options);
}

/** When a training ends itself, as by a power cut. */
export interface Cut {
  /** After this step. */
  readonly step?: number;
  /** Before the rename that is number n of this process: the temporary file is whole, the old one still there. */
  readonly rename?: number;
}

/** Runs or resumes a training in a process that ends itself by SIGKILL. */
export function trainUntil(
  cut: Cut,
  data: string,
  runPath: string,
  resume: boolean,
  settings = SETTINGS,
): Promise<Finished> {
  const script = `
    import { readFileSync, promises } from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { cut, data, run, resume, settings } = ${JSON.stringify({ cut, data, run: runPath, resume, settings })};
    const die = () => process.kill(process.pid, "SIGKILL");
    const { rename } = promises;
    let renames = 0;
    promises.rename = (...paths) => ++renames === cut.rename ? die() : rename(...paths);
    syncBuiltinESMExports();
    const { readTrainConfig, runTraining } = await import("deconvnet/node");
    await runTraining(readTrainConfig(settings), {
      data, dataName: "shapes", run, resume,
      onEvent: (event) => { if (event.type === "step" && event.progress.step === cut.step) die(); },
    });`;
  return run(process.execPath, ["--input-type=module", "--eval", script], { cwd: ROOT });
}

/** The files of a run that have to be the same to the bit, by name. */
export async function finalFiles(runPath: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(runPath)).filter((name) => /\.(safetensors|csv)$/.test(name)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(runPath, name))])));
}
