import { describe, expect, test } from "vitest";
import { FormatError, OptionError } from "../errors.ts";
import type { Tensor, ValueInfo } from "../onnx/index.ts";
import { type MatchResult, matchTensors } from "./match.ts";

function info(name: string, ...shape: number[]): ValueInfo {
  return { name, type: "float32", shape };
}

function tensor(...shape: number[]): Tensor {
  return { type: "float32", shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}

const NET = [
  info("conv1_1.weight", 4, 3, 3, 3),
  info("conv1_1.bias", 4),
  info("seg-score-voc.weight", 21, 4, 1, 1),
  info("seg-score-voc.bias", 21),
];
const SCORE_LAYER = ["seg-score-voc.bias", "seg-score-voc.weight"];

function file(): Map<string, Tensor> {
  return new Map([
    ["conv1_1.weight", tensor(4, 3, 3, 3)],
    ["conv1_1.bias", tensor(4)],
    ["seg-score-voc.weight", tensor(21, 4, 1, 1)],
    ["seg-score-voc.bias", tensor(21)],
  ]);
}

describe("matchTensors", () => {
  test("takes all tensors of a file of the same network", () => {
    const available = file();
    const result = matchTensors(NET, available, { source: "m.safetensors" });
    expect(result.tensors).toEqual(available);
    expect(result.tensors.get("conv1_1.bias")).toBe(available.get("conv1_1.bias"));
    expect(result.kept).toEqual(NET.map(({ name }) => name));
    expect([result.replaced, result.initial, result.unused]).toEqual([[], [], []]);
  });

  test("lists every tensor that does not fit, with both shapes, in one error", () => {
    const available = file();
    available.delete("conv1_1.bias");
    available.set("conv1_1.weight", tensor(4, 3, 5, 5));
    available.set("seg-score-voc.bias", { type: "int32", shape: [21], data: new Int32Array(21) });
    available.set("score_fr.bias", tensor(21));
    let message = "";
    try {
      matchTensors(NET, available, { source: "m.safetensors (fcn8s)" });
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      message = error instanceof Error ? error.message : "";
    }
    expect(message.split("\n")).toEqual([
      "matchTensors: expected the 4 tensors of the network, got 1 that fit from m.safetensors (fcn8s): 1 missing, " +
        "2 of another shape or type, 1 unexpected. Use a file of this architecture.",
      "  missing: conv1_1.bias [4]",
      "  differs: conv1_1.weight expected [4, 3, 3, 3], got [4, 3, 5, 5]",
      "  differs: seg-score-voc.bias expected float32 [21], got int32 [21]",
      "  unexpected: score_fr.bias",
    ]);
  });

  test("replaces the score layer for another class list, also if its shape is the same", () => {
    for (const classes of [7, 21]) {
      const available = file();
      available.set("seg-score-voc.weight", tensor(classes, 4, 1, 1)).set("seg-score-voc.bias", tensor(classes));
      const result = matchTensors(NET, available, { source: "x", replace: SCORE_LAYER });
      expect(result.kept).toEqual(["conv1_1.weight", "conv1_1.bias"]);
      expect(result.replaced).toEqual(["seg-score-voc.weight", "seg-score-voc.bias"]);
      expect(result.initial).toEqual([]);
      expect([...result.tensors.keys()]).toEqual(result.kept);
    }
  });

  test("replaces tensors that the file does not have", () => {
    const available = new Map([...file()].slice(0, 2));
    expect(matchTensors(NET, available, { source: "x", replace: SCORE_LAYER }).replaced).toHaveLength(2);
  });

  test("still refuses another architecture when the score layer is replaced", () => {
    const available = file();
    available.delete("conv1_1.bias");
    expect(() => matchTensors(NET, available, { source: "x", replace: SCORE_LAYER })).toThrow("1 missing");
  });

  test("refuses to replace what the network does not have", () => {
    const match = (): MatchResult => matchTensors(NET, file(), { source: "x", replace: ["score_fr.bias"] });
    expect(match).toThrow(OptionError);
    expect(match).toThrow("expected replace to name some of the network's 4 tensors, got score_fr.bias");
  });

  test("partial: takes what fits and lists the rest", () => {
    const available = new Map([
      ["conv1_1.weight", tensor(4, 3, 3, 3)],
      ["conv1_1.bias", tensor(5)],
      ["conv9_9.bias", tensor(4)],
    ]);
    const result = matchTensors(NET, available, { source: "vgg16", partial: true });
    expect(result.kept).toEqual(["conv1_1.weight"]);
    expect(result.initial).toEqual(["conv1_1.bias", "seg-score-voc.weight", "seg-score-voc.bias"]);
    expect(result.unused).toEqual(["conv1_1.bias", "conv9_9.bias"]);
  });

  test("partial: nothing that fits is an error with the whole list", () => {
    const match = (): MatchResult => matchTensors(NET, new Map([["x", tensor(1)]]), { source: "vgg16", partial: true });
    expect(match).toThrow(FormatError);
    expect(match).toThrow(
      /expected at least one of the 4 tensors of the network, got 0 that fit from vgg16: 4 missing/,
    );
  });
});
