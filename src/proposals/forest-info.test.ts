import { expect, test } from "vitest";
import { syntheticForest } from "../../test/synthetic-forest.ts";
import { describeForest, type EdgeForest, forestInfo } from "./index.ts";

test("counts by hand: a root with a leaf and an inner node, and a tree of one leaf", () => {
  const forest: EdgeForest = {
    treeStarts: Int32Array.of(0, 5, 6),
    treesEvaluated: 1,
    children: Int32Array.of(1, 0, 3, 0, 0, 0),
    featureIds: new Uint16Array(6),
    thresholds: new Float32Array(6),
    edgeStarts: Int32Array.of(0, 0, 2, 2, 3, 3, 7),
    edgeBins: new Uint8Array(7),
    description: "by hand",
  };
  const info = { trees: 2, treesEvaluated: 1, nodes: 6, leaves: 4, depth: 2, edgePixels: 7, description: "by hand" };
  expect(forestInfo(forest)).toEqual(info);
  expect(describeForest(info)).toBe(
    "trees        2, of which 1 vote at each place\nnodes        6, of which 4 leaves\ndepth        2\n" +
      "edge pixels  7 in the leaves\ndescription  by hand\n",
  );
});

test("full trees have the depth that they were made with", () => {
  expect(forestInfo(syntheticForest(1, 3, 5))).toMatchObject({ trees: 3, nodes: 189, leaves: 96, depth: 5 });
});

test("a description cannot command a terminal, and none is said to be none", () => {
  const info = forestInfo({ ...syntheticForest(1, 1, 0), treesEvaluated: 1, description: "\u001b[2Jx" });
  expect(describeForest(info)).toContain("description  \\u001b[2Jx\n");
  expect(describeForest({ ...info, description: "" })).toMatch(/description {2}none\n$/);
});
