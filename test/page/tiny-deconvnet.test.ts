/** DeconvNet in headless Chromium and in Node: the same scores, the same training. */
import { nodeRuntime, nodeTraining } from "deconvnet/node";
import { expect, test } from "vitest";
import { describePage } from "./describe-page.ts";
import { tinyLosses, tinyScores } from "./tiny-deconvnet.ts";
import { callEntry, withPage } from "./with-page.ts";

const ENTRY = new URL("./tiny-deconvnet.entry.ts", import.meta.url);

/** The largest difference, relative to the largest value of `expected`. */
function largestError(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs((actual[i] ?? Number.NaN) - value))) / scale;
}

describePage("a tiny DeconvNet in a page", () => {
  test("runs and trains as in Node, on two threads", async () => {
    await withPage(ENTRY, async (page) => {
      const scores = await tinyScores(nodeRuntime);
      expect(scores).toHaveLength(2 * 3 * 32 * 32);
      expect(largestError(await callEntry(page, "tinyScores"), scores)).toBeLessThan(1e-4);
      // The second thread is a worker; the runtime starts none where memory cannot be shared.
      expect(page.workers()).toHaveLength(1);
      const losses = await tinyLosses(nodeTraining);
      expect(losses[2]).toBeLessThan(losses[0] as number);
      expect(largestError(await callEntry(page, "tinyLosses"), losses)).toBeLessThan(1e-4);
    });
  });
});
