/** The report of a run in headless Chromium: all of it is in the one file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyVoc } from "../builders/tiny-voc.ts";
import { SETTINGS, trainCommand } from "../pipeline/tiny-training.ts";
import { describePage } from "./describe-page.ts";
import { withFile } from "./with-page.ts";

describePage("the report of a run", () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-"));
    const [data, settings] = [join(folder, "shapes"), join(folder, "tiny.yaml")];
    path = join(folder, "run");
    await writeTinyVoc(data, { side: 48 });
    await writeFile(settings, SETTINGS);
    expect(await trainCommand(data, path, [settings])).toMatchObject({ exit: 0, stderr: "" });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("shows its pictures and charts and asks for nothing", async () => {
    const asked: string[] = [];
    await withFile(
      path,
      "report.html",
      async (page) => {
        const widths = await page
          .locator("img")
          .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
        // Three batches, and both halves of the two photos to validate on.
        expect(widths).toHaveLength(3 + 2);
        expect(Math.min(...widths)).toBeGreaterThan(0);
        const charts = await page
          .locator("svg")
          .evaluateAll((all) => all.map((chart) => chart.getBoundingClientRect().height));
        expect(charts.length).toBeGreaterThanOrEqual(8);
        expect(Math.min(...charts)).toBeGreaterThan(50);
        expect(await page.title()).toBe("run - deconvnet");
      },
      [],
      (page) => page.on("request", (request) => asked.push(request.url())),
    );
    expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([expect.stringMatching(/\/report\.html$/)]);
  });
});
