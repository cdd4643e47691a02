/** Polygons on grids small enough to be checked by eye. */
import { describe, expect, test } from "vitest";
import { fillPolygons } from "../../scripts/fill-polygons/fill.ts";
import { type Polygon, parsePolygons, type Ring } from "../../scripts/fill-polygons/polygon-file.ts";

const SIGNS: Readonly<Record<number, string>> = { 0: ".", 8: "c", 12: "d", 255: "v" };

function draw(width: number, height: number, ...polygons: Polygon[]): string[] {
  const labels = fillPolygons({ width, height, polygons });
  return Array.from({ length: height }, (_, y) =>
    [...labels.subarray(y * width, (y + 1) * width)].map((label) => SIGNS[label]).join(""),
  );
}

function box(left: number, top: number, right: number, bottom: number): Ring {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

describe("fillPolygons", () => {
  test("a box along pixel borders covers these pixels", () => {
    expect(draw(5, 4, { class: "cat", points: box(1, 1, 4, 3) })).toEqual([
      ".....", //
      ".ccc.",
      ".ccc.",
      ".....",
    ]);
  });

  test("the pixel's centre decides", () => {
    expect(draw(4, 3, { class: "cat", points: box(0.6, 0.4, 2.6, 1.6) })).toEqual([
      ".cc.", //
      ".cc.",
      "....",
    ]);
  });

  test("a triangle loses one pixel a row", () => {
    const points: Ring = [
      [0, 0],
      [4, 0],
      [0, 4],
    ];
    expect(draw(4, 4, { class: "cat", points })).toEqual([
      "ccc.", //
      "cc..",
      "c...",
      "....",
    ]);
  });

  test("the direction of a ring does not matter", () => {
    const points: Ring = [
      [0.2, 3.1],
      [2.7, 0.3],
      [5.8, 2.2],
      [3.1, 4.9],
    ];
    expect(draw(6, 5, { class: "cat", points: points.toReversed() })).toEqual(draw(6, 5, { class: "cat", points }));
  });

  test("a hole is left out, and what was there before stays", () => {
    const holed: Polygon = { class: "cat", points: box(0, 0, 5, 5), holes: [box(1, 1, 4, 4)] };
    expect(draw(5, 5, { class: "dog", points: box(2, 2, 3, 3) }, holed)).toEqual([
      "ccccc", //
      "c...c",
      "c.d.c",
      "c...c",
      "ccccc",
    ]);
  });

  test("later polygons are painted over earlier ones, background too", () => {
    const polygons: Polygon[] = [
      { class: "cat", points: box(0, 0, 3, 2) },
      { class: "void", points: box(2, 0, 5, 2) },
      { class: "background", points: box(4, 1, 5, 2) },
    ];
    expect(draw(5, 2, ...polygons)).toEqual(["ccvvv", "ccvv."]);
  });

  test("neighbours that share an edge through pixel centres neither overlap nor leave a gap", () => {
    const left: Polygon = { class: "cat", points: box(0, 0, 1.5, 2) };
    const right: Polygon = { class: "dog", points: box(1.5, 0, 3, 2) };
    expect(draw(3, 2, left, right)).toEqual(["cdd", "cdd"]);
    expect(draw(3, 2, right, left)).toEqual(["cdd", "cdd"]);
    const upper: Polygon = { class: "cat", points: box(0, 0, 2, 1.5) };
    const lower: Polygon = { class: "dog", points: box(0, 1.5, 2, 3) };
    expect(draw(2, 3, upper, lower)).toEqual(["cc", "dd", "dd"]);
    expect(draw(2, 3, lower, upper)).toEqual(["cc", "dd", "dd"]);
  });

  test("a ring that reaches beyond the photo is cut at its border", () => {
    expect(draw(3, 2, { class: "cat", points: box(-4, -4, 1, 9) })).toEqual(["c..", "c.."]);
  });

  test("a concave ring is filled on both sides of its notch", () => {
    const points: Ring = [
      [0, 0],
      [2, 0],
      [2, 2],
      [3, 2],
      [3, 0],
      [5, 0],
      [5, 3],
      [0, 3],
    ];
    expect(draw(5, 3, { class: "cat", points })).toEqual(["cc.cc", "cc.cc", "ccccc"]);
  });
});

describe("parsePolygons", () => {
  const photo = { image: "a.png", width: 4, height: 3, polygons: [{ class: "cat", points: box(0, 0, 4, 3) }] };

  test("keeps what a file says", () => {
    expect(parsePolygons(JSON.stringify(photo), "a.json")).toEqual(photo);
  });

  test("names the class that it does not know", () => {
    const text = JSON.stringify({ ...photo, polygons: [{ class: "unicorn", points: box(0, 0, 1, 1) }] });
    expect(() => parsePolygons(text, "a.json")).toThrow(/a\.json .*polygons\[0\]\.class/s);
  });

  test("gives size and point where a point is not on the photo", () => {
    const text = JSON.stringify({ ...photo, polygons: [{ class: "cat", points: box(0, 0, 4.5, 3) }] });
    expect(() => parsePolygons(text, "a.json")).toThrow("within 4 x 3 px, got (4.5, 0) of a cat in a.json");
  });

  test("a ring has at least three corners", () => {
    const text = JSON.stringify({ ...photo, polygons: [{ class: "cat", points: box(0, 0, 1, 1).slice(2) }] });
    expect(() => parsePolygons(text, "a.json")).toThrow(/polygons\[0\]\.points/);
  });
});
