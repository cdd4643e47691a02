import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { syntheticForest } from "../../../test/synthetic-forest.ts";
import { FormatError, OptionError } from "../../errors.ts";
import { detectStructuredEdges, writeEdgeForest } from "../../proposals/index.ts";
import { openEdgeDetector } from "./edge-detector.ts";

const folder = mkdtempSync(join(tmpdir(), "edge-detector-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const photo = { data: Uint8Array.from({ length: 3 * 20 * 30 }, (_, i) => (i * 37) % 256), width: 30, height: 20 };

test("the gradient detector needs no file and takes no scales", async () => {
  const { detect, description } = await openEdgeDetector("gradient");
  expect(description).toContain("without a model");
  const edges = await detect({ data: new Uint8Array(3 * 20 * 30).fill(9), width: 30, height: 20 });
  expect([edges.width, edges.height, Math.max(...edges.data)]).toEqual([30, 20, 0]);
  await expect(openEdgeDetector("gradient", { scales: [1] })).rejects.toThrow(OptionError);
});

test("a forest's file, in the sizes that are asked for", async () => {
  const forest = syntheticForest(2, 4, 3);
  writeFileSync(join(folder, "own.forest"), await writeEdgeForest(forest));
  const { detect, description } = await openEdgeDetector(join(folder, "own.forest"), { scales: [1, 2] });
  expect(description).toBe("random, seed 2");
  expect(await detect(photo)).toEqual(detectStructuredEdges(photo, forest, { scales: [1, 2] }));
});

test("a file that is no forest, and none at all", async () => {
  writeFileSync(join(folder, "text.forest"), "words");
  await expect(openEdgeDetector(join(folder, "text.forest"))).rejects.toThrow(FormatError);
  await expect(openEdgeDetector(join(folder, "absent.forest"))).rejects.toThrow(
    /^openEdgeDetector: expected one of net, forest, gradient, or the file of a forest or an edge net, got: ENOENT/,
  );
});

test("the package's forest finds edges and has no non-commercial limit", async () => {
  const { detect, description } = await openEdgeDetector("forest");
  expect(description).toMatch(/^structured forest trained on /);
  expect(description).not.toMatch(/non-?commercial|Berkeley|BSDS/i);
  expect((await detect(photo)).data.some((strength) => strength > 0)).toBe(true);
});
