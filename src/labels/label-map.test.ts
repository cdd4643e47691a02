import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { labelHistogram, labelMap } from "./label-map.ts";

describe("labelMap", () => {
  it("keeps the array and refuses another size", () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(labelMap(data, 2, 3).data).toBe(data);
    expect(() => labelMap(data, 2, 4)).toThrow(ShapeError);
    expect(() => labelMap(data, 2, 4)).toThrow(/8 labels for 2x4 .*got 6/);
  });
});

describe("labelHistogram", () => {
  it("counts every value", () => {
    const counts = labelHistogram(labelMap(Uint8Array.of(0, 255, 255, 3), 2, 2));
    expect([counts[0], counts[3], counts[255]]).toEqual([1, 1, 2]);
    expect(counts.reduce((a, b) => a + b)).toBe(4);
  });
});
