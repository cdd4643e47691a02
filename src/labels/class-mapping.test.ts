import { describe, expect, it } from "vitest";
import { DatasetError, OptionError } from "../errors.ts";
import { applyMapping, describeMapping, mapClasses, mapValues, parseValueMap } from "./class-mapping.ts";
import { labelMap } from "./label-map.ts";

const NAMES = ["background", "cat", "cow", "dog"];
const labels = labelMap(Uint8Array.of(0, 1, 2, 3, 255), 1, 5);

describe("mapClasses", () => {
  it("keeps labels if all classes are wanted", () => {
    const mapping = mapClasses(NAMES);
    expect(applyMapping(labels, mapping, "a.png")).toEqual(labels);
    expect(describeMapping(mapping)).toBe("");
  });

  it("makes other classes background or void; void stays", () => {
    const wanted = ["background", "dog", "cat"];
    expect([...applyMapping(labels, mapClasses(NAMES, wanted), "a.png").data]).toEqual([0, 2, 0, 1, 255]);
    expect([...applyMapping(labels, mapClasses(NAMES, wanted, "void"), "a.png").data]).toEqual([0, 2, 255, 1, 255]);
    expect(describeMapping(mapClasses(NAMES, [...wanted, "zebra"]))).toBe(
      "counted as background: cow; not in the data set: zebra",
    );
  });

  it("refuses another first class than the background that others would become", () => {
    const turned = ["dog", "background"];
    expect(() => mapClasses(NAMES, turned)).toThrow(OptionError);
    expect(() => mapClasses(NAMES, turned)).toThrow(/expected "background" as the first .*, got "dog"\. Put/);
    expect(mapClasses(NAMES, turned, "void").others).toEqual(["cat", "cow"]);
    expect(mapClasses(NAMES, NAMES.toReversed()).names).toEqual(NAMES.toReversed());
    expect(mapClasses(NAMES, ["rest", "dog"]).missing).toEqual(["rest"]);
  });

  it("refuses values that the set does not have, with counts and the file", () => {
    const bad = labelMap(Uint8Array.of(0, 4, 4, 37, 255), 1, 5);
    expect(() => applyMapping(bad, mapClasses(NAMES), "m/a.png")).toThrow(DatasetError);
    expect(() => applyMapping(bad, mapClasses(NAMES), "m/a.png")).toThrow(
      /m\/a\.png: expected classes 0 to 3 and void 255, got 4 \(2 pixels\), 37 \(1 pixels\)\. Map values with --map, e\.g\. --map 4=1/,
    );
  });
});

describe("value maps", () => {
  it("read file values as other ones before classes are mapped", () => {
    const values = parseValueMap(["255=1, 7=void", "9=dog"], NAMES);
    expect([...values]).toEqual([
      [255, 1],
      [7, 255],
      [9, 3],
    ]);
    const mapping = mapValues(mapClasses(NAMES, ["background", "dog", "cat"]), values);
    expect([...applyMapping(labelMap(Uint8Array.of(0, 255, 7, 9), 1, 4), mapping, "a.png").data]).toEqual([
      0, 2, 255, 1,
    ]);
  });

  it.each(["", "1", "1=", "=1", "256=1", "3=4", "3=zebra", "x=1", "-1=0"])("refuse %j", (text) => {
    expect(() => parseValueMap([text], NAMES)).toThrow(OptionError);
    expect(() => parseValueMap([text], NAMES)).toThrow(/class 0 to 3, a class name or void/);
  });

  it("refuse a value twice", () => {
    expect(() => parseValueMap(["3=1", "3=2"], NAMES)).toThrow(/got 3 twice/);
  });
});
