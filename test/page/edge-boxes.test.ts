/** Edge boxes in headless Chromium and in Node: the same boxes and scores, bit for bit; the same edges of an edge net. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeRuntime } from "deconvnet/node";
import { writeEdgeForest } from "deconvnet/proposals";
import { expect, test } from "vitest";
import { syntheticForest } from "../synthetic-forest.ts";
import { describePage } from "./describe-page.ts";
import { drawnProposals, forestProposals, netEdges } from "./edge-boxes.ts";
import { callEntry, NO_GPU, withPage } from "./with-page.ts";

const ENTRY = new URL("./edge-boxes.entry.ts", import.meta.url);

describePage("edge boxes in a page", () => {
  test("an edge net finds the edges that it finds in Node", async () => {
    const expected = await netEdges(nodeRuntime);
    const inPage = await withPage(ENTRY, (page) => callEntry<number[]>(page, "wasmNetEdges"), NO_GPU);
    expect(inPage).toHaveLength(expected.length);
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.1);
    expect(Math.max(...expected.map((value, i) => Math.abs((inPage[i] ?? Number.NaN) - value)))).toBeLessThan(1e-4);
  });

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
