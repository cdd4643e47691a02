import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { readTrainConfig } from "./read-config.ts";

function messageOf(text: string, sets: readonly string[] = []): string {
  try {
    readTrainConfig(text, sets, "pets.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
}

describe("readTrainConfig", () => {
  it("has defaults for everything", () => {
    expect(readTrainConfig("")).toMatchObject({
      model: { preset: "compact", epsilon: 1e-5 },
      from: "vgg16",
      solver: { type: "adamw", weightDecay: 0.01 },
      schedule: { type: "cosine", learningRate: 0.001 },
      data: { train: "train", val: "val", others: "background", sampling: "balanced" },
    });
  });

  it("takes YAML, then --set in its order", () => {
    const text = "seed: 3\nschedule:\n  learningRate: 0.5\nsolver: {type: sgd, momentum: 0.5}\n";
    const sets = ["seed=4", "seed=5", "schedule.warmup=7", "data.wanted=[background, cat]", "model.preset=paper"];
    expect(readTrainConfig(text, sets)).toMatchObject({
      seed: 5,
      schedule: { learningRate: 0.5, warmup: 7 },
      solver: { type: "sgd", momentum: 0.5, weightDecay: 0.0005 },
      data: { wanted: ["background", "cat"] },
      model: { preset: "paper" },
    });
  });

  it("keeps AdamW where only one of its settings is given", () => {
    expect(readTrainConfig("", ["solver.weightDecay=0.1"]).solver).toMatchObject({ type: "adamw", weightDecay: 0.1 });
  });

  it("reads back what it gave", async () => {
    const { stringify } = await import("yaml");
    const config = readTrainConfig("", ["loss.classWeights=[1,2]", "model.frozen=[conv1_*]"]);
    expect(readTrainConfig(stringify(config))).toEqual(config);
  });
});

describe("a mistake in the settings", () => {
  it.each<[string, string, readonly string[], string]>([
    ["a key", "a: 1\nseed: 2", [], 'pets.yaml, line 1: expected a known key, got "a".'],
    [
      "a mistyped key",
      "\nsampels: 2",
      [],
      'pets.yaml, line 2: expected a known key, got "sampels". Did you mean "samples"?',
    ],
    [
      "a mistyped inner key",
      "augment:\n  colour: {}",
      [],
      'line 2: expected a known key, got "augment.colour". Did you mean "augment.color"?',
    ],
    ["a key in another place", "learningRate: 1", [], 'Did you mean "schedule.learningRate"?'],
    [
      "a key of the other solver",
      "solver:\n  type: sgd\n  beta1: 1",
      [],
      'line 3: expected a key that goes with solver.type, got "solver.beta1", which goes with another.',
    ],
    ["a key of the other solver, without a type", "solver: {momentum: 1}", [], "a key that goes with solver.type, got"],
    [
      "a mistyped key in a list",
      "data:\n  sets:\n    - folder: a\n      wieght: 2",
      [],
      'line 4: expected a known key, got "data.sets.0.wieght". Did you mean "data.sets[].weight"?',
    ],
    ["a key that is missing", "data:\n  sets:\n    - weight: 2\n", [], "pets.yaml, line 3: data.sets.0.folder: "],
    ["a number for a key", "seed: 1\n2: 3", [], 'pets.yaml, line 2: expected a known key, got "2".'],
    ["a number that is none", "seed: .nan", [], "received NaN, got NaN."],
    ["another solver", "solver: {type: adam}", [], 'solver.type: Invalid option: expected one of "sgd"|"adamw", got '],
    ["a list for the solver", "solver: []", [], "solver: Invalid input: expected object, received array, got []."],
    ["one class", "data: {wanted: [cat]}", [], "data.wanted: Too small: expected array to have >=2 items"],
    ["a class twice", "data: {wanted: [a, b, b]}", [], "data.wanted: Invalid input: expected each name once"],
    ["sizes the wrong way round", "augment: {longerSide: [9, 8]}", [], "expected the smaller number first, got [9,8]."],
    ["a size that is no multiple", "model: {options: {inputSize: 100}}", [], "must be a multiple of 32, got 100."],
    ["a key in brackets in --set", "", ["data.sets[0].weight=2"], "--set data.sets[0].weight=2: expected a known key"],
    [
      "a mistyped key in --set",
      "seed: 1",
      ["data.trian=x"],
      '--set data.trian=x: expected a known key, got "data.trian". Did you mean "data.train"?',
    ],
    [
      "a value out of range",
      "\n\nbatch: 0",
      [],
      "pets.yaml, line 3: batch: Too small: expected number to be >=1, got 0.",
    ],
    [
      "a value of --set out of range",
      "batch: 4",
      ["batch=0"],
      "--set batch=0: batch: Too small: expected number to be >=1, got 0.",
    ],
    [
      "a value of another type",
      "model:\n  options:\n    widths: [1, 2, 3, 4, many]",
      [],
      'line 3: model.options.widths.4: Invalid input: expected number, received string, got "many".',
    ],
    [
      "an item of a list",
      "data:\n  wanted:\n    - background\n    - 7\n",
      [],
      "pets.yaml, line 4: data.wanted.1: Invalid input: expected string, received number, got 7.",
    ],
    ["a list that is too short", "augment:\n  longerSide: [100]\n", [], "pets.yaml, line 2: augment.longerSide"],
    [
      "a choice that is none",
      "schedule: {type: cos}",
      [],
      'schedule.type: Invalid option: expected one of "step"|"poly"|"cosine"|"plateau", got "cos".',
    ],
    ["YAML that is none", "seed: 1\nx: [", [], "pets.yaml, line 2: expected YAML, got: "],
    ["a value of --set that is no YAML", "", ["data.map=["], "--set data.map=[, line 1: expected YAML, got: "],
    ["an alias of nothing", "x: *y", [], "pets.yaml: expected YAML, got: Unresolved alias"],
    ["a list", "- 1", [], "pets.yaml: expected keys and values, got [1]."],
    [
      "a --set without a value",
      "",
      ["seed"],
      '--set: expected KEY=VALUE such as schedule.learningRate=0.01, got "seed".',
    ],
    ["a key that reaches a prototype", "", ["__proto__.x=1"], 'expected a known key, got "__proto__".'],
  ])("%s", (_, text, sets, message) => {
    expect(messageOf(text, sets)).toContain(message);
  });

  it("is one line", () => {
    expect(messageOf("seed: 1\nx: [")).not.toContain("\n");
  });

  it("cannot make aliases grow without bound", () => {
    const rows = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [before, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map((pair) => [...pair])) {
      rows.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`);
    }
    expect(messageOf(rows.join("\n"))).toContain("pets.yaml: expected YAML, got: Excessive alias count");
  });
});
