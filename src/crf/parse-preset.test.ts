import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { CRF_PRESETS, PYDENSECRF_EXAMPLE, parseCrfPreset } from "./index.ts";

const EXAMPLE = Object.entries(PYDENSECRF_EXAMPLE);

describe("parseCrfPreset", () => {
  it("gives back presets that are given as data", () => {
    for (const preset of Object.values(CRF_PRESETS)) {
      expect(parseCrfPreset(Object.entries(preset), "test")).toEqual(preset);
    }
  });

  it("takes dotted keys, lists by axis, and the last of equal keys", () => {
    const changed = parseCrfPreset(
      [...EXAMPLE, ["appearance.weight", 4], ["appearance.colorStd", [5, 6, 7]], ["appearance.weight", 2]],
      "test",
    );
    expect(changed.appearance).toEqual({ spatialStd: 80, colorStd: [5, 6, 7], weight: 2 });
    expect(changed.smoothness).toEqual(PYDENSECRF_EXAMPLE.smoothness);
  });

  it("leaves out a kernel that is not mentioned", () => {
    const { appearance: _, ...rest } = PYDENSECRF_EXAMPLE;
    expect(parseCrfPreset(Object.entries(rest), "test")).toEqual(rest);
  });

  it.each<[string, [string, unknown][], RegExp]>([
    [
      "an unknown key, with what was meant",
      [["appearance.weigth", 1]],
      /got "appearance\.weigth"\. Did you mean "appearance\.weight"\?/,
    ],
    ["a key of another program", [["sxy", 80]], /expected a key of size, .*got "sxy"\.$/],
    [
      "a key that is a setter",
      [
        ["__proto__", {}],
        ["__proto__.weight", 1],
      ],
      /got "__proto__\.weight"/,
    ],
    [
      "a text for a number",
      [["iterations", "many"]],
      /test: expected iterations \(updates, a whole number\), got "many"/,
    ],
    ["half an iteration", [["iterations", 2.5]], /iterations to be an integer .*got 2\.5/],
    ["no size", [["size", null]], /expected size \(longer side .*\), got null/],
    ["a size of 0", [["size", 0]], /expected size .*got 0/],
    [
      "another normalization",
      [["normalization", "mean"]],
      /normalization \(none, before, after, symmetric\), got "mean"/,
    ],
    ["two colours", [["appearance.colorStd", [1, 2]]], /appearance\.colorStd to be one number or 3.*got 1,2/],
    ["a standard deviation of 0", [["smoothness.spatialStd", 0]], /above 0, got 0/],
    ["a list of texts", [["smoothness.spatialStd", ["1", "2"]]], /smoothness\.spatialStd .*got \["1","2"\]/],
    ["a list where a number belongs", [["smoothness.weight", [3]]], /smoothness\.weight .*got \[3\]/],
    ["a negative weight", [["appearance.weight", -1]], /appearance\.weight .*got -1/],
  ])("refuses %s", (_, changes, message) => {
    expect(() => parseCrfPreset([...EXAMPLE, ...changes], "test")).toThrow(OptionError);
    expect(() => parseCrfPreset([...EXAMPLE, ...changes], "test")).toThrow(message);
  });

  it("says which key of a kernel is missing", () => {
    const entries: [string, unknown][] = [
      ["size", 500],
      ["normalization", "after"],
      ["iterations", 3],
    ];
    expect(parseCrfPreset(entries, "a.yaml")).toEqual({ size: 500, normalization: "after", iterations: 3 });
    expect(() => parseCrfPreset([...entries, ["appearance", { colorStd: 3, weight: 1 }]], "a.yaml")).toThrow(
      "parseCrfPreset: a.yaml: expected appearance.spatialStd (standard deviation, px; or [x, y]), got nothing.",
    );
  });
});
