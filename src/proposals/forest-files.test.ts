import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticForest } from "../../test/synthetic-forest.ts";
import { FormatError } from "../errors.ts";
import {
  detectStructuredEdges,
  type EdgeForest,
  readEdgeForest,
  readForest,
  readOpenCvForest,
  writeEdgeForest,
  writeOpenCvForest,
} from "./index.ts";

const forest = syntheticForest(11, 3, 4);

/** All but the description, which only the compact file keeps. */
function arrays({ description: _, ...rest }: EdgeForest): Omit<EdgeForest, "description"> {
  return rest;
}

describe("compact file", () => {
  test("reading gives back what was written", async () => {
    expect(await readEdgeForest(await writeEdgeForest(forest))).toEqual(forest);
  });

  test("an unpacked file is read too", async () => {
    expect(await readEdgeForest(gunzipSync(await writeEdgeForest(forest)))).toEqual(forest);
  });

  test("a tree of one leaf", async () => {
    const stump = { ...syntheticForest(1, 1, 0), treesEvaluated: 1 };
    expect(await readEdgeForest(await writeEdgeForest(stump))).toEqual(stump);
  });

  test("nodes that no walk reaches are left out, and the order of nodes may be any", async () => {
    // The root's children are 3 and 4; nodes 1 and 2 are padding.
    const odd: EdgeForest = {
      treeStarts: Int32Array.of(0, 5),
      treesEvaluated: 1,
      children: Int32Array.of(3, 0, 0, 0, 0),
      featureIds: Uint16Array.of(42, 0, 0, 0, 0),
      thresholds: Float32Array.of(0.5, 0, 0, 0, 0),
      edgeStarts: Int32Array.of(0, 0, 0, 1, 2, 4),
      edgeBins: Uint8Array.of(99, 7, 8, 9),
      description: "",
    };
    const back = await readEdgeForest(await writeEdgeForest(odd));
    expect(Array.from(back.children)).toEqual([1, 0, 0]);
    expect(Array.from(back.edgeBins)).toEqual([7, 8, 9]);
    expect(Array.from(back.edgeStarts)).toEqual([0, 0, 1, 3]);
  });

  test("a file cut short anywhere is a FormatError", async () => {
    const plain = gunzipSync(await writeEdgeForest(forest));
    for (let length = 0; length < plain.length; length += 13) {
      await expect(readEdgeForest(plain.subarray(0, length))).rejects.toBeInstanceOf(FormatError);
    }
    const packed = await writeEdgeForest(forest);
    await expect(readEdgeForest(packed.subarray(0, packed.length >> 1))).rejects.toThrow(/intact gzip data/);
  });

  test("changed bytes give a FormatError or a forest whose walks end, nothing else", async () => {
    const plain = gunzipSync(await writeEdgeForest(forest));
    await fc.assert(
      fc.asyncProperty(fc.nat(plain.length - 1), fc.integer({ min: 0, max: 255 }), async (at, value) => {
        const damaged = Uint8Array.from(plain);
        damaged[at] = value;
        const outcome = await readEdgeForest(damaged).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
      }),
      { numRuns: 500 },
    );
  });

  test("a header that promises gigabytes is refused before memory is taken", async () => {
    const json = JSON.stringify({ treesEvaluated: 1, nodes: [50_000_000], description: "" });
    const bytes = Buffer.concat([Buffer.from("DNEDGES1"), Buffer.from([json.length, 0, 0, 0]), Buffer.from(json)]);
    await expect(readEdgeForest(bytes)).rejects.toThrow(/at least 100000\d+ bytes, got \d+. The file is cut short/);
  });

  test("a packed file that unpacks to too much is refused", async () => {
    const bomb = gzipSync(new Uint8Array(2 ** 27 + 1));
    await expect(readEdgeForest(bomb)).rejects.toThrow(/at most 134217728 bytes in compressed data/);
  });

  test("a header of gigabytes, and thousands of trees, are refused", async () => {
    const file = (length: number, json: string): Buffer =>
      Buffer.concat([Buffer.from("DNEDGES1"), Buffer.from(Uint32Array.of(length).buffer), Buffer.from(json)]);
    await expect(readEdgeForest(file(2 ** 32 - 1, ""))).rejects.toThrow(/at most 1048576 bytes, got 4294967295/);
    const json = JSON.stringify({ treesEvaluated: 1, nodes: new Array(1025).fill(1), description: "" });
    const leaves = Buffer.concat([Buffer.alloc(2 * 1025, 0xff), Buffer.alloc(2 * 1025)]);
    await expect(readEdgeForest(Buffer.concat([file(json.length, json), leaves]))).rejects.toThrow(
      /1 to 1024 trees, got 1025/,
    );
  });
});

/** Changes bytes at random places, or cuts the file, and asks for a FormatError or a forest. */
async function damage(read: (bytes: Uint8Array) => Promise<EdgeForest>, file: Uint8Array, runs: number): Promise<void> {
  const change = fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), fc.boolean(), async (changes, cut) => {
      const damaged = Uint8Array.from(file);
      for (const [at, value] of changes) damaged[at] = value;
      const outcome = await read(cut ? damaged.subarray(0, changes[0]![0]) : damaged).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
      // What is read can be walked: every reference is in bounds.
      else detectStructuredEdges(PATCH, outcome as EdgeForest);
    }),
    { numRuns: runs },
  );
}

const PATCH = { data: Uint8Array.from({ length: 3 * 18 * 18 }, (_, i) => (97 * i) % 256), width: 18, height: 18 };

describe("damage to several bytes at once", () => {
  const small = syntheticForest(5, 2, 3);

  test("of a compact file, packed and not", async () => {
    const packed = await writeEdgeForest(small);
    await damage(readForest, packed, 200);
    await damage(readForest, gunzipSync(packed), 400);
  });

  test("of OpenCV's layout, packed and not", async () => {
    const packed = await writeOpenCvForest(small);
    await damage(readForest, packed, 200);
    await damage(readForest, gunzipSync(packed), 400);
  });
});

describe("OpenCV's layout", () => {
  test("reading gives back what was written", async () => {
    const back = await readOpenCvForest(await writeOpenCvForest(forest));
    expect(arrays(back)).toEqual(arrays(forest));
  });

  test("trees of different size are padded with leaves without edges", async () => {
    const [small, large] = [syntheticForest(1, 1, 1), syntheticForest(2, 1, 2)];
    const both: EdgeForest = {
      treeStarts: Int32Array.of(0, 3, 10),
      treesEvaluated: 1,
      children: Int32Array.of(...small.children, ...large.children.map((child) => (child === 0 ? 0 : child + 3))),
      featureIds: Uint16Array.of(...small.featureIds, ...large.featureIds),
      thresholds: Float32Array.of(...small.thresholds, ...large.thresholds),
      edgeStarts: Int32Array.of(
        ...small.edgeStarts,
        ...large.edgeStarts.map((s) => s + small.edgeBins.length).slice(1),
      ),
      edgeBins: Uint8Array.of(...small.edgeBins, ...large.edgeBins),
      description: "",
    };
    const back = await readOpenCvForest(await writeOpenCvForest(both));
    expect(Array.from(back.treeStarts)).toEqual([0, 7, 14]);
    // Through the compact file the padding goes away again.
    const compact = await readEdgeForest(await writeEdgeForest(back));
    expect(arrays(compact)).toEqual(arrays(await readEdgeForest(await writeEdgeForest(both))));
  });

  const text = (childs: string, extra = ""): string => `%YAML:1.0
---
options:
   numberOfTrees: 1
   numberOfTreesToEvaluate: 1
   selfsimilarityGridSize: 5
   stride: 2
   shrinkNumber: 2
   patchSize: 32
   patchInnerSize: 16
   numberOfGradientOrientations: 4
   gradientSmoothingRadius: 0
   regFeatureSmoothingRadius: 2
   ssFeatureSmoothingRadius: 8
   gradientNormalizationRadius: 4
childs:
   - [ ${childs} ]
featureIds:
   - [ 17, 0,
       0 ]
thresholds:
   - [ 1.234567e-01, 0,
       0. ]
edgeBoundaries:
   - [ 0, 0, 0, 0, 1, 2, 3, 5,
       6, 6 ]
edgeBins:
   - [ 1, 2, 3 ]
   - [ 4, 255, 6 ]
${extra}`;

  test("numbers by hand: wrapped rows, several sets of edges a leaf, of which the first counts", async () => {
    const read = await readOpenCvForest(new TextEncoder().encode(text("2, 0, 0", "somethingElse: [ 1, 2 ]")), "a note");
    expect(Array.from(read.children)).toEqual([1, 0, 0]);
    expect(read.thresholds[0]).toBe(Math.fround(0.1234567));
    // Sets start at 0, 0, 0 | 0, 1, 2 | 3, 5, 6: the first of each is empty, [0, 1) and [3, 5).
    expect(Array.from(read.edgeStarts)).toEqual([0, 0, 1, 3]);
    expect(Array.from(read.edgeBins)).toEqual([1, 4, 255]);
    expect(read.description).toBe("a note");
  });

  test.each([
    ["1, 0, 0", /children of node 0/],
    ["3, 0, 0", /children of node 0/],
    ["-2, 0, 0", /whole numbers of 0 to/],
    ["2, 0", /3|featureIds/],
    ["2, x, 0", /numbers in childs, got text/],
    ["2, 1e99, 0", /whole numbers/],
    ["2, 1-1, 0", /a number in childs, got "1-1"/],
    ["", /numberOfTrees to divide 0 nodes/],
  ])("childs [%s] is a FormatError", async (childs, message) => {
    const outcome = await readOpenCvForest(new TextEncoder().encode(text(childs))).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(FormatError);
    expect((outcome as Error).message).toMatch(message);
  });

  test("nodes that share edge bins are refused before they take memory", async () => {
    const shared = text("2, 0, 0").replace("[ 0, 0, 0, 0, 1, 2, 3, 5,\n       6, 6 ]", "[ 0, 4, 0, 4, 0, 4, 6 ]");
    await expect(readOpenCvForest(new TextEncoder().encode(shared))).rejects.toThrow(
      /edges of node 1 of its own within 6 edgeBins, got 0 to 4/,
    );
  });

  test("another option value is refused by name", async () => {
    const changed = text("2, 0, 0").replace("patchSize: 32", "patchSize: 64");
    await expect(readOpenCvForest(new TextEncoder().encode(changed))).rejects.toThrow("patchSize to be 32, got 64");
  });

  test("damaged text gives a FormatError or a forest, nothing else", async () => {
    const plain = gunzipSync(await writeOpenCvForest(syntheticForest(1, 2, 2)));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(plain.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        async (at, value, cut) => {
          const damaged = cut ? plain.subarray(0, at) : Uint8Array.from(plain);
          if (!cut) damaged[at] = value;
          const outcome = await readOpenCvForest(damaged).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
        },
      ),
      { numRuns: 400 },
    );
  });
});
