/** The table of the bench, and that the documents show the newest stored run. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { median, newestResults, type Results } from "../../bench/compare/results.ts";
import { resultsTable } from "../../bench/compare/table.ts";
import { markedPages, withTable } from "../../scripts/bench-table/pages.ts";

const measured = (name: string, rounds: readonly number[], peakBytes: number) => ({
  name,
  rounds,
  median: median(rounds),
  peakBytes,
});

const RESULTS: Results = {
  date: "2026-11-23T07:12:34.567Z",
  commit: "abc1234",
  processor: "Example CPU",
  cores: 4,
  threads: 2,
  rounds: 3,
  versions: { node: "20.20.2", torch: "2.13.0", "torch build": "BLAS_INFO=mkl" },
  cases: [
    // 2 * 1e9 operations in 10 ms: 200 GFLOP/s.
    {
      name: "matrix-product",
      title: "product",
      multiplyAdds: 1e9,
      measured: [measured("deconvnet", [9, 10, 11], 1e8)],
      absent: [],
    },
    {
      name: "net",
      title: "`net` forward",
      multiplyAdds: 1e11,
      measured: [
        measured("deconvnet", [3000, 2000, 1990], 2e9),
        {
          ...measured("PyTorch", [4000, 4000, 8000], 1.6e9),
          form: "channels last",
          timeRatio: 0.5,
          memoryRatio: 1.25,
        },
        { ...measured("tfjs-wasm", [40_000], 4e9), timeRatio: 0.05, memoryRatio: 0.5 },
      ],
      absent: [{ name: "jax-js", reason: "not installed" }],
    },
  ],
};

test("prints rows for peers, rates in share of the matrix product's, and what was not measured", () => {
  expect(resultsTable(RESULTS).split("\n").slice(2)).toEqual([
    "| product | 10.0 ms | 200 GFLOP/s |  |  |  | 0.10 GB |  |  |",
    "| `net` forward | 2.00 s | 50 % | PyTorch (channels last) | 4.00 s | 0.50 | 2.00 GB | 1.60 GB | 1.3 |",
    "|  |  |  | tfjs-wasm | 40.0 s | 0.050 |  | 4.00 GB | 0.50 |",
    "",
    "2026-11-23, Example CPU, 4 cores, 2 threads, medians of 3 rounds in turns, every program a process of its own; node 20.20.2, torch 2.13.0; not measured: jax-js.",
  ]);
});

test("writes the table between the markers and nothing else", () => {
  const page = "before\n<!-- bench:start -->\nold\n<!-- bench:end -->\nafter\n";
  expect(withTable(page, "new")).toBe("before\n<!-- bench:start -->\nnew\n<!-- bench:end -->\nafter\n");
  expect(withTable("no markers", "new")).toBe("no markers");
});

test("the documents show the newest stored run; else run scripts/bench-table.ts", () => {
  const results = newestResults();
  for (const page of markedPages()) {
    const text = readFileSync(page, "utf8");
    expect(results, `a stored run for ${page}`).toBeDefined();
    if (results !== undefined) expect(text, page).toBe(withTable(text, resultsTable(results)));
  }
});

test("takes the median of an even count between the two in the middle", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([5])).toBe(5);
});
