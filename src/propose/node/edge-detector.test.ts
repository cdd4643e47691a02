import { expect, test } from "vitest";
import { OptionError } from "../../errors.ts";
import { GRADIENT, openEdgeDetector } from "./edge-detector.ts";

test("the gradient detector needs no file and takes no scales", async () => {
  const { detect, description } = await openEdgeDetector(GRADIENT);
  expect(description).toContain("without a model");
  const edges = await detect({ data: new Uint8Array(3 * 20 * 30).fill(9), width: 30, height: 20 });
  expect([edges.width, edges.height, Math.max(...edges.data)]).toEqual([30, 20, 0]);
  await expect(openEdgeDetector(GRADIENT, { scales: [1] })).rejects.toThrow(OptionError);
});
