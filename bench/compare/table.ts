/** A run of the bench as Markdown. */
import type { CaseResult, Measured, Results } from "./results.ts";

const HEAD = [
  "",
  "deconvnet",
  "of the matrix product's rate",
  "peer",
  "its time",
  "ratio",
  "peak memory",
  "its",
  "ratio",
];

/** The rates of all cases in share of this one's. */
const CEILING = "matrix-product";

export function resultsTable(results: Results): string {
  const ceiling = rateOf(results.cases.find(({ name }) => name === CEILING));
  const rows = results.cases.flatMap((bench) => caseRows(bench, ceiling));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(HEAD),
    line(HEAD.map((_, column) => (column === 0 || column === 3 ? "---" : "--:"))),
    ...rows.map(line),
    "",
    caption(results),
  ].join("\n");
}

function caseRows(bench: CaseResult, ceiling: number | undefined): string[][] {
  const [ours, ...peers] = bench.measured;
  if (ours === undefined) return [];
  const rate = rateOf(bench);
  const share =
    rate === undefined
      ? ""
      : bench.name === CEILING || ceiling === undefined
        ? `${rate.toFixed(0)} GFLOP/s`
        : `${((100 * rate) / ceiling).toFixed(0)} %`;
  const own = [bench.title, milliseconds(ours.median), share];
  const memory = gigabytes(ours.peakBytes);
  if (peers.length === 0) return [[...own, "", "", "", memory, "", ""]];
  return peers.map((peer, index) => {
    const start = index === 0 ? own : ["", "", ""];
    return [
      ...start,
      peerName(peer),
      milliseconds(peer.median),
      ratio(peer.timeRatio),
      index === 0 ? memory : "",
      gigabytes(peer.peakBytes),
      ratio(peer.memoryRatio),
    ];
  });
}

/** GFLOP/s, two for each multiply-add. */
function rateOf(bench: CaseResult | undefined): number | undefined {
  const [ours] = bench?.measured ?? [];
  if (bench?.multiplyAdds === undefined || ours === undefined) return undefined;
  return (2 * bench.multiplyAdds) / ours.median / 1e6;
}

function peerName({ name, form }: Measured): string {
  return form === undefined ? name : `${name} (${form})`;
}

function caption({ date, processor, cores, threads, rounds, versions, cases }: Results): string {
  const named = Object.entries(versions).filter(([name]) => !name.endsWith("build"));
  const absent = [...new Set(cases.flatMap((bench) => bench.absent.map(({ name }) => name)))];
  return [
    `${date.slice(0, 10)}, ${processor}, ${cores} cores, ${threads} threads, medians of ${rounds} rounds in turns, every program a process of its own; `,
    named.map(([name, version]) => `${name} ${version}`).join(", "),
    absent.length === 0 ? "." : `; not measured: ${absent.join(", ")}.`,
  ].join("");
}

/** Three digits. */
function milliseconds(time: number): string {
  if (time >= 10_000) return `${(time / 1000).toFixed(1)} s`;
  if (time >= 1000) return `${(time / 1000).toFixed(2)} s`;
  return `${time >= 100 ? time.toFixed(0) : time >= 10 ? time.toFixed(1) : time.toFixed(2)} ms`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

function ratio(value: number | undefined): string {
  return value === undefined ? "" : value.toPrecision(2);
}
