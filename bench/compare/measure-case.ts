/** Measures a case: its programs side by side in one run, round by round in turns, so that a change of the machine meets all of them. */
import { setTimeout as pause } from "node:timers/promises";
import type { BenchCase, Contender, Form } from "./bench-case.ts";
import { type Command, type Facts, MeasuredProcess } from "./measured-process.ts";
import type { Peers } from "./peers.ts";
import { type CaseResult, type Measured, median } from "./results.ts";
import { requireSameNet } from "./same-net.ts";
import type { Workspace } from "./workspace.ts";

/** Threads of the program before spin for a while, ms. */
const PAUSE = 300;

export interface RunOptions {
  readonly rounds: number;
  readonly threads: number;
  readonly peers: Peers;
  readonly files: Workspace;
  /** Forms that were found to be the fastest, by key. */
  readonly fastest: Map<string, Form>;
  readonly log: (line: string) => void;
}

interface Runner {
  readonly contender: Contender;
  readonly form: string | undefined;
  readonly start: () => Promise<MeasuredProcess>;
  process: MeasuredProcess | undefined;
  facts: Facts;
  readonly rounds: number[];
  peakBytes: number;
}

export async function measureCase(bench: BenchCase, options: RunOptions): Promise<CaseResult> {
  const runners: Runner[] = [];
  const absent: { name: string; reason: string }[] = [];
  try {
    for (const contender of bench.contenders(options.peers, options.files)) {
      try {
        runners.push(await openRunner(contender, options));
      } catch (error) {
        // Without this library there is nothing to compare.
        if (runners.length === 0) throw error;
        absent.push({ name: contender.name, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    await runRounds(runners, options.rounds, bench.freshProcess ?? false);
  } finally {
    for (const { process } of runners) process?.kill();
  }
  const [ours] = runners;
  for (const peer of runners.slice(1)) requireSameNet(bench.name, ours?.facts ?? {}, peer.contender.name, peer.facts);
  const multiplyAdds = bench.multiplyAdds?.(ours?.facts ?? {});
  return {
    name: bench.name,
    title: bench.title,
    ...(multiplyAdds === undefined ? {} : { multiplyAdds }),
    measured: withRatios(runners),
    absent,
  };
}

async function openRunner(contender: Contender, options: RunOptions): Promise<Runner> {
  const { command, forms } = contender;
  if (typeof command === "string") throw new Error(command);
  const settings = await contender.settings();
  const startIn = (form: Form | undefined): Promise<MeasuredProcess> =>
    MeasuredProcess.start(command as Command, { ...settings, form: form?.settings ?? {} }, options.threads);
  const form = forms === undefined ? undefined : await findFastest(contender.name, forms, startIn, options);
  const start = (): Promise<MeasuredProcess> => startIn(form);
  const process = await start();
  return { contender, form: form?.name, start, process, facts: process.facts, rounds: [], peakBytes: 0 };
}

/** One round of each form, in a process of its own, so that no form's memory is in another's peak. */
async function findFastest(
  name: string,
  { key, all }: NonNullable<Contender["forms"]>,
  start: (form: Form) => Promise<MeasuredProcess>,
  { fastest, log }: RunOptions,
): Promise<Form | undefined> {
  const known = fastest.get(key);
  if (known !== undefined) return known;
  const times: { form: Form; time: number }[] = [];
  for (const form of all) {
    const process = await start(form);
    const time = await process.round();
    await process.end();
    log(`  ${name} ${form.name}: ${time.toFixed(1)} ms`);
    times.push({ form, time });
  }
  const best = times.sort((a, b) => a.time - b.time)[0]?.form;
  if (best !== undefined) fastest.set(key, best);
  return best;
}

async function runRounds(runners: readonly Runner[], rounds: number, freshProcess: boolean): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) {
      if (round >= (runner.contender.mostRounds ?? rounds)) continue;
      runner.process ??= await runner.start();
      await pause(PAUSE);
      runner.rounds.push(await runner.process.round());
      if (freshProcess) await endProcess(runner);
    }
  }
  for (const runner of runners) await endProcess(runner);
}

async function endProcess(runner: Runner): Promise<void> {
  if (runner.process === undefined) return;
  const { peakBytes, sample } = await runner.process.end();
  runner.peakBytes = Math.max(runner.peakBytes, peakBytes);
  if (sample !== undefined) runner.facts = { ...runner.facts, sample };
  runner.process = undefined;
}

function withRatios(runners: readonly Runner[]): Measured[] {
  const all = runners.map(({ contender: { name }, form, rounds, peakBytes }) => ({
    name,
    ...(form === undefined ? {} : { form }),
    rounds,
    median: median(rounds),
    peakBytes,
  }));
  const [ours] = all;
  return all.map((peer) =>
    ours === undefined || peer === ours
      ? peer
      : { ...peer, timeRatio: ours.median / peer.median, memoryRatio: ours.peakBytes / peer.peakBytes },
  );
}
