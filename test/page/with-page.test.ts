/** The page harness itself: isolated, and strict about what a page does. */
import { expect, test } from "vitest";
import { describePage } from "./describe-page.ts";
import { callEntry, withPage } from "./with-page.ts";

const ENTRY = new URL("./isolation.entry.ts", import.meta.url);

describePage("a page", () => {
  test("is isolated, so that threads can share memory", async () => {
    expect(await withPage(ENTRY, (page) => callEntry(page, "isIsolated"))).toBe(true);
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
      const error = page.waitForEvent("pageerror");
      await page.evaluate(() => void setTimeout(() => Promise.reject(new RangeError("planted")), 0));
      await error;
    });
    await expect(visit).rejects.toThrow(/status 404 for .*absent\.bin[\s\S]*planted/);
  });

  test("fails on a warning in the console", async () => {
    const visit = withPage(ENTRY, (page) => page.evaluate("console.warn('planted')"));
    await expect(visit).rejects.toThrow("console.warning: planted");
  });
});
