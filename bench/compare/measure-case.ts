/** Measures a case: its programs side by side in one run, round by round in turns, so that a change of the machine meets all of them. */
import { setTimeout as pause } from "node:timers/promises";
import type { BenchCase, Contender, Form } from "./bench-case.ts";
import type { Peers } from "./peers.ts";
import type { CaseResult, Measured } from "./results.ts";
import { Runner, type RunnerOptions } from "./runner.ts";
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

/** @throws {Error} if this library fails; a peer that does, or that computes something else, is left out with its reason. */
export async function measureCase(bench: BenchCase, options: RunOptions): Promise<CaseResult> {
  const runners: Runner[] = [];
  const absent: { name: string; reason: string }[] = [];
  const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (runners.length === 0 || name === runners[0]?.name) throw error;
      absent.push({ name, reason: error instanceof Error ? error.message : String(error) });
      const failed = runners.findIndex((runner) => runner.name === name);
      if (failed >= 0) runners.splice(failed, 1)[0]?.kill();
    }
  };
  try {
    for (const contender of bench.contenders(options.peers, options.files))
      await attempt(contender.name, async () => {
        runners.push(await openRunner(contender, runners[0], options));
      });
    for (let round = 0; round < options.rounds; round++)
      for (const runner of runners.filter(({ mostRounds }) => round < mostRounds))
        await attempt(runner.name, () => runRound(runner, bench.freshProcess ?? false));
    for (const runner of [...runners])
      await attempt(runner.name, async () => {
        await runner.end();
        if (runner !== runners[0]) requireSameNet(runners[0]?.facts ?? {}, runner.facts);
      });
  } finally {
    for (const runner of runners) runner.kill();
  }
  const multiplyAdds = bench.multiplyAdds?.(runners[0]?.facts ?? {});
  return {
    name: bench.name,
    title: bench.title,
    ...(multiplyAdds === undefined ? {} : { multiplyAdds }),
    measured: withRatios(runners.map((runner) => runner.measured())),
    absent,
  };
}

async function openRunner(contender: Contender, ours: Runner | undefined, options: RunOptions): Promise<Runner> {
  const { command, forms } = contender;
  if (typeof command === "string") throw new Error(command);
  const common = { command, settings: await contender.settings(), threads: options.threads };
  const form = forms === undefined ? undefined : await findFastest(contender, ours, common, options);
  const runner = new Runner(contender, { ...common, form });
  await runner.start();
  return runner;
}

/**
 * One round of each form, in a process of its own, so that no form's memory is in another's peak.
 *
 * @throws {Error} if no form runs.
 */
async function findFastest(
  contender: Contender,
  ours: Runner | undefined,
  common: RunnerOptions,
  { fastest, log }: RunOptions,
): Promise<Form> {
  const { key = "", all = [] } = contender.forms ?? {};
  const known = fastest.get(key);
  if (known !== undefined) return known;
  const times: { form: Form; time: number }[] = [];
  let failure: unknown = new Error("none of its forms ran");
  for (const form of all) {
    const runner = new Runner(contender, { ...common, form });
    try {
      const time = await runner.round();
      await runner.end();
      requireSameNet(ours?.facts ?? {}, runner.facts);
      log(`  ${contender.name} ${form.name}: ${time.toFixed(1)} ms`);
      times.push({ form, time });
    } catch (error) {
      runner.kill();
      failure = error;
      log(`  ${contender.name} ${form.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const best = times.sort((a, b) => a.time - b.time)[0]?.form;
  if (best === undefined) throw failure;
  fastest.set(key, best);
  return best;
}

async function runRound(runner: Runner, freshProcess: boolean): Promise<void> {
  await runner.start();
  await pause(PAUSE);
  await runner.round();
  if (freshProcess) await runner.end();
}

function withRatios([ours, ...peers]: readonly Measured[]): Measured[] {
  if (ours === undefined) return [];
  const compared = peers.map((peer) => ({
    ...peer,
    timeRatio: ours.median / peer.median,
    memoryRatio: ours.peakBytes / peer.peakBytes,
  }));
  return [ours, ...compared];
}
