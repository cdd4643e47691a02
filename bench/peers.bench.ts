/**
 * This library against the tools that a user would otherwise pick, in one run: `npm run bench -- peers [FILTER] [--rounds 3]
 * [--threads N] [--compile] [--store]`.
 *
 * Every program is a process of its own; they take turns, round by round; medians. Peers that are not installed are left out
 * (`bench/peers/README.md`). `--compile` also tries PyTorch's compiler. `--store` keeps the run in `bench/results/`, from which
 * `scripts/bench-table.ts` writes the tables of the documents.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { benchCases } from "./compare/cases.ts";
import { describeMachine } from "./compare/machine.ts";
import { measureCase, type RunOptions } from "./compare/measure-case.ts";
import { findPeers } from "./compare/peers.ts";
import { type CaseResult, type Results, storeResults } from "./compare/results.ts";
import { resultsTable } from "./compare/table.ts";
import { Workspace } from "./compare/workspace.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(availableParallelism()) },
    compile: { type: "boolean", default: false },
    store: { type: "boolean", default: false },
  },
});
const [filter = ""] = positionals;
const [rounds, threads] = [wholeNumber("--rounds", values.rounds), wholeNumber("--threads", values.threads)];
if (values.store && filter !== "") throw new Error(`--store: expected a run of all cases, got the filter "${filter}".`);
const cases = benchCases(values.compile).filter(({ name }) => name.includes(filter));
if (cases.length === 0) {
  const names = benchCases(values.compile).map(({ name }) => name);
  throw new Error(`expected a filter that is part of one of ${names.join(", ")}, got "${filter}".`);
}

const results = await run();
console.log(`\n${resultsTable(results)}`);
if (values.store) console.log(`\nstored in ${storeResults(results)}`);

async function run(): Promise<Results> {
  const peers = findPeers();
  const files = new Workspace();
  const options: RunOptions = { rounds, threads, peers, files, fastest: new Map(), log: (line) => console.log(line) };
  const measured: CaseResult[] = [];
  try {
    for (const bench of cases) {
      console.log(bench.name);
      const result = await measureCase(bench, options);
      printCase(result);
      measured.push(result);
    }
  } finally {
    files.dispose();
  }
  return { ...describeMachine(peers.versions), threads, rounds, cases: measured };
}

function printCase({ measured, absent }: CaseResult): void {
  for (const { name, form = "", median, peakBytes, timeRatio } of measured) {
    const ratio = timeRatio === undefined ? "" : `, ratio ${timeRatio.toFixed(3)}`;
    console.log(`  ${name} ${form}: ${median.toFixed(2)} ms, peak ${(peakBytes / 1e6).toFixed(0)} MB${ratio}`);
  }
  for (const { name, reason } of absent) console.log(`  ${name}: left out: ${reason}`);
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`${option}: expected a whole number of at least 1, got ${text}.`);
}
