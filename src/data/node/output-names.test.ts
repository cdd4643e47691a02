import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OptionError } from "../../errors.ts";
import { distinctStems, outputPaths } from "./output-names.ts";

const ENDINGS = { labels: ".png", overlay: "-overlay.jpg", scores: "-scores.npy" };

describe("distinctStems", () => {
  it("numbers what comes again, around names that are there", () => {
    expect(distinctStems(["cat", "dog", "cat", "cat"])).toEqual(["cat", "dog", "cat-2", "cat-3"]);
    expect(distinctStems(["cat", "cat", "cat-2"])).toEqual(["cat", "cat-3", "cat-2"]);
    expect(distinctStems(["cat-2", "cat-2", "cat"])).toEqual(["cat-2", "cat-2-2", "cat"]);
  });

  it("gives every photo a name of its own, and leaves those that have one", () => {
    const stem = fc.constantFrom("a", "b", "a-2", "a-3", "a-2-2");
    fc.assert(
      fc.property(fc.array(stem, { maxLength: 12 }), (stems) => {
        const names = distinctStems(stems);
        expect(new Set(names).size).toBe(stems.length);
        stems.forEach((wanted, i) => {
          if (stems.indexOf(wanted) === i) expect(names[i]).toBe(wanted);
        });
      }),
    );
  });
});

describe("outputPaths", () => {
  it("names the results after the photos", async () => {
    expect(await outputPaths("segment", ["x/cat.jpeg", "y/a.b.png"], "out", ENDINGS)).toEqual([
      { labels: "out/cat.png", overlay: "out/cat-overlay.jpg", scores: "out/cat-scores.npy" },
      { labels: "out/a.b.png", overlay: "out/a.b-overlay.jpg", scores: "out/a.b-scores.npy" },
    ]);
  });

  it("never replaces a photo", async () => {
    await expect(outputPaths("segment", ["out/cat.png"], "out", ENDINGS)).rejects.toThrow(OptionError);
    await expect(outputPaths("segment", ["out/../out/cat.png"], "./out", ENDINGS)).rejects.toThrow(
      "out/cat.png would be replaced",
    );
    await expect(outputPaths("segment", ["cat.jpg", "out/cat-overlay.jpg"], "out", ENDINGS)).rejects.toThrow(
      "cat-overlay.jpg would be",
    );
  });
});
