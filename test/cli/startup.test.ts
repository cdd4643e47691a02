/** How long a user waits for the smallest things. */
import { expect, test } from "vitest";
import { run, runDeconvnet } from "../harness/run-process.ts";

const HELP_BUDGET_MS = 300;
const IMPORT_BUDGET_MS = 150;
const ROUNDS = 5;

/** The best of some rounds: what the program costs, without what the machine was doing besides. */
async function best(measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) least = Math.min(least, await measure());
  return least;
}

test.each(["--help", "--version"])(
  `deconvnet %s takes less than ${HELP_BUDGET_MS} ms, the process included`,
  async (flag) => {
    const time = await best(async () => {
      const start = performance.now();
      expect((await runDeconvnet([flag])).exit).toBe(0);
      return performance.now() - start;
    });
    expect(time).toBeLessThan(HELP_BUDGET_MS);
  },
);

test(`importing the package takes less than ${IMPORT_BUDGET_MS} ms`, async () => {
  const script = 'const start = performance.now(); await import("deconvnet"); console.log(performance.now() - start);';
  const time = await best(async () => {
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
    return Number(stdout);
  });
  expect(time).toBeGreaterThan(0);
  expect(time).toBeLessThan(IMPORT_BUDGET_MS);
});
