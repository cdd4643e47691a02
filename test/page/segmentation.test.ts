/** The portable form in headless Chromium, on wasm and on WebGPU: the label map and the training of Node. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { nodeRuntime, nodeTraining } from "deconvnet/node";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describePage } from "./describe-page.ts";
import { type Segmented, segmentPhoto, tenLosses } from "./segmentation.ts";
import { callEntry, NO_GPU, WEBGPU_ARGS, withPage } from "./with-page.ts";

const ENTRY = new URL("./segmentation.entry.ts", import.meta.url);
const FILES = {
  "model.safetensors": fileURLToPath(new URL("../../models/compact.safetensors", import.meta.url)),
  "photo.png": fileURLToPath(new URL("../../examples/photos/chelsea.png", import.meta.url)),
};

/** Compiling shaders for a driver in software takes long. */
const TIMEOUT = 600_000;

describePage("the portable form in a page", () => {
  test.each([
    ["wasm", 128, NO_GPU],
    // Small: a driver in software computes it.
    ["webgpu", 64, WEBGPU_ARGS],
  ] as const)("%s: the labels and the losses of Node", { timeout: TIMEOUT }, async (device, size, launchArgs) => {
    const [model, photo] = await Promise.all(Object.values(FILES).map((path) => readFile(path)));
    const node = await segmentPhoto(nodeRuntime, model ?? new Uint8Array(), photo ?? new Uint8Array(), size);
    const losses = await tenLosses(nodeTraining);
    const visit = async (page: Page): Promise<void> => {
      const { labels, milliseconds } = await callEntry<Segmented>(page, "segmentPhoto", device, size);
      expect(labels).toHaveLength(node.labels.length);
      const equal = labels.filter((label, i) => label === node.labels[i]).length;
      expect(equal / labels.length).toBeGreaterThanOrEqual(0.999);
      // Reported, not asserted: the machine may have other work.
      const ratio = milliseconds / node.milliseconds;
      process.stdout.write(
        `a crop of ${size} px on ${device}: page ${ratio.toFixed(1)} times Node's ${node.milliseconds.toFixed(0)} ms\n`,
      );
      const pageLosses = await callEntry<number[]>(page, "tenLosses", device);
      expect(pageLosses[9]).toBeLessThan(pageLosses[0] ?? 0);
      for (const [step, loss] of losses.entries())
        expect(Math.abs((pageLosses[step] ?? Number.NaN) - loss) / loss).toBeLessThan(1e-4);
    };
    await withPage(ENTRY, visit, launchArgs, FILES);
  });
});
