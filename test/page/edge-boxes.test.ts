/** Edge boxes in headless Chromium and in Node: the same boxes and scores, bit for bit. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeEdgeForest } from "deconvnet/proposals";
import { expect, test } from "vitest";
import { syntheticForest } from "../synthetic-forest.ts";
import { describePage } from "./describe-page.ts";
import { drawnProposals, forestProposals } from "./edge-boxes.ts";
import { callEntry, NO_GPU, withPage } from "./with-page.ts";

const ENTRY = new URL("./edge-boxes.entry.ts", import.meta.url);

describePage("edge boxes in a page", () => {
  test("are those of Node, with the gradient and with a forest that the page fetches", async () => {
    const folder = mkdtempSync(join(tmpdir(), "edge-boxes-"));
    try {
      const file = join(folder, "own.forest");
      const bytes = await writeEdgeForest(syntheticForest(6, 8, 6));
      writeFileSync(file, bytes);
      const expected = { gradient: await drawnProposals(), forest: await forestProposals(bytes) };
      expect(expected.gradient.length).toBeGreaterThan(100);
      expect(expected.forest.length).toBeGreaterThan(100);
      const inPage = await withPage(
        ENTRY,
        async (page) => ({
          gradient: await callEntry(page, "drawnProposals"),
          forest: await callEntry(page, "fetchedForestProposals"),
        }),
        NO_GPU,
        { "own.forest": file },
      );
      expect(inPage).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
