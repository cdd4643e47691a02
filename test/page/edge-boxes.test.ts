/** Edge boxes in headless Chromium and in Node: the same boxes and scores, bit for bit. */
import { expect, test } from "vitest";
import { describePage } from "./describe-page.ts";
import { drawnProposals } from "./edge-boxes.ts";
import { callEntry, withPage } from "./with-page.ts";

const ENTRY = new URL("./edge-boxes.entry.ts", import.meta.url);

describePage("edge boxes in a page", () => {
  test("are those of Node", async () => {
    const expected = await drawnProposals();
    expect(expected.length).toBeGreaterThan(100);
    expect(await withPage(ENTRY, (page) => callEntry(page, "drawnProposals"))).toEqual(expected);
  });
});
