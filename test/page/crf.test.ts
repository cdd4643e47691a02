/** The dense CRF in headless Chromium, alone and on two threads: the labels of Node. */
import { openCrfThreads } from "deconvnet/node";
import { expect, test } from "vitest";
import { type Refined, refine } from "./crf.ts";
import { describePage } from "./describe-page.ts";
import { callEntry, withPage } from "./with-page.ts";

const ENTRY = new URL("./crf.entry.ts", import.meta.url);

describePage("the dense CRF in a page", () => {
  test("gives the labels of Node, and says how its time compares", async () => {
    const threads = openCrfThreads(2);
    const node = await refine({ threads }).finally(() => threads.dispose());
    expect(new Set(node.labels).size).toBe(6);
    await withPage(ENTRY, async (page) => {
      const alone = await callEntry<Refined>(page, "refineAlone");
      expect(page.workers()).toHaveLength(0);
      const started: string[] = [];
      page.on("worker", (worker) => started.push(worker.url()));
      const shared = await callEntry<Refined>(page, "refineOnThreads");
      // One beside the page's own thread.
      expect(started).toHaveLength(1);
      for (const { labels, labelsChanged } of [alone, shared]) {
        expect(labels).toEqual(node.labels);
        expect(labelsChanged).toEqual(node.labelsChanged);
      }
      // Reported, not asserted: the machine may have other work.
      const ratio = shared.milliseconds / node.milliseconds;
      process.stdout.write(
        `dense CRF on 2 threads: page ${ratio.toFixed(2)} times Node's ${node.milliseconds.toFixed(0)} ms\n`,
      );
    });
  });
});
