/** The page harness itself: threads, the runtime's WebAssembly, and nothing that leaves the machine. */
import { expect, test } from "vitest";
import { describePage } from "./describe-page.ts";
import { callEntry, withPage } from "./with-page.ts";

const ENTRY = new URL("./wasm-threads.entry.ts", import.meta.url);

describePage("a page", () => {
  test("runs a graph of the package in WebAssembly with two threads", async () => {
    await withPage(ENTRY, async (page) => {
      expect(await callEntry(page, "isIsolated")).toBe(true);
      expect(page.workers()).toHaveLength(0);
      expect(await callEntry(page, "windowSums", [1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([12, 16, 24, 28]);
      // The second thread is a worker; the runtime starts none where memory cannot be shared.
      expect(page.workers()).toHaveLength(1);
    });
  });

  test("fails on a request to another host", async () => {
    const visit = withPage(ENTRY, async (page) => {
      await page.evaluate(() => fetch("http://elsewhere.test/weights").catch(() => undefined));
    });
    await expect(visit).rejects.toThrow("a request to http://elsewhere.test/weights");
  });

  test("fails on a missing file and on an uncaught error", async () => {
    const visit = withPage(ENTRY, async (page) => {
      await page.evaluate(() => fetch("/absent.bin"));
      await page.evaluate(() => setTimeout(() => Promise.reject(new RangeError("planted")), 0));
      await page.waitForTimeout(200);
    });
    await expect(visit).rejects.toThrow(/status 404 for .*absent\.bin[\s\S]*planted/);
  });
});
