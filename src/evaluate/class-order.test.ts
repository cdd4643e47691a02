import { describe, expect, it } from "vitest";
import { classOrderNote } from "./class-order.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";

const noteOf = (...rows: readonly (readonly number[])[]): string | undefined =>
  classOrderNote(ConfusionMatrix.fromRows(rows));

describe("classOrderNote", () => {
  it("is there where objects are found under other names", () => {
    expect(noteOf([900, 5, 5], [20, 4, 176], [0, 200, 0])).toBe(
      "95.0 % of the pixels of objects are predicted as some object, but only 1.1 % of these as the right class. " +
        "If the files count the classes in another order, list them with --prediction-classes.",
    );
  });

  it("is not there where they are named right, missed, or not in the set", () => {
    expect(noteOf([900, 5, 5], [20, 100, 80], [0, 150, 50])).toBeUndefined();
    expect(noteOf([900, 5, 5], [150, 0, 50], [101, 99, 0])).toBeUndefined();
    expect(noteOf([900, 50, 50], [0, 0, 0], [0, 0, 0])).toBeUndefined();
    expect(noteOf([900])).toBeUndefined();
  });
});
