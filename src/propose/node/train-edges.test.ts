import { expect, test } from "vitest";
import { OptionError } from "../../errors.ts";
import { checkTrainingMemory } from "./train-edges.ts";

test("photos that do not fit in memory are refused before they are read", () => {
  expect(() => checkTrainingMemory("trainEdges", 5.5e9, 8e9)).not.toThrow();
  expect(() => checkTrainingMemory("trainEdges", 15e9, 8e9)).toThrow(
    new OptionError(
      "trainEdges: expected photos that take at most 5.6 GB of this machine's 8.0 GB, got 15.0 GB. " +
        "Train on fewer of them (--list), or on smaller ones.",
    ),
  );
});
