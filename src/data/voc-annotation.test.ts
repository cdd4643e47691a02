import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { parseVocAnnotation } from "./voc-annotation.ts";

const ANNOTATION = `<annotation>
  <size><width>50</width><height>40</height></size>
  <!-- <object><bndbox></bndbox></object> -->
  <object>
    <name>person</name><difficult>0</difficult>
    <part><name>head</name><bndbox><xmin>3</xmin><ymin>2</ymin><xmax>5</xmax><ymax>6</ymax></bndbox></part>
    <bndbox><xmax>10</xmax><xmin>1</xmin><ymin>2</ymin><ymax>22</ymax></bndbox>
  </object>
  <object>
    <name>dog</name><difficult>1</difficult>
    <bndbox><xmin>4.5</xmin><ymin>1</ymin><xmax>4.5</xmax><ymax>1</ymax></bndbox>
  </object>
</annotation>`;

test("boxes count from 0 and hold both corners; parts and comments are passed over", () => {
  expect(parseVocAnnotation(ANNOTATION, "a.xml")).toEqual([
    { name: "person", box: { x: 0, y: 1, width: 10, height: 21 }, difficult: false },
    { name: "dog", box: { x: 3.5, y: 0, width: 1, height: 1 }, difficult: true },
  ]);
  expect(parseVocAnnotation("<annotation></annotation>", "b.xml")).toEqual([]);
});

test.each([
  ["no XML", "hello", /a\.xml: expected <annotation>, got "hello"/],
  ["no box", "<annotation><object></object>", /expected a <bndbox> in each object/],
  ["a cut file", ANNOTATION.slice(0, 300), /expected <\/object>, got the end of the file/],
  ["corners out of order", ANNOTATION.replace("<xmax>10<", "<xmax>0<"), /xmin to xmax .* got 1 to 0 and 2 to 22/],
  ["a corner missing", ANNOTATION.replace("<ymax>22</ymax>", ""), /got 1 to 10 and 2 to NaN/],
])("%s is a FormatError", (_, text, message) => {
  expect(() => parseVocAnnotation(text, "a.xml")).toThrow(FormatError);
  expect(() => parseVocAnnotation(text, "a.xml")).toThrow(message);
});

test("changed texts give objects or a FormatError, nothing else", () => {
  const at = fc.nat({ max: ANNOTATION.length });
  fc.assert(
    fc.property(at, at, fc.string({ maxLength: 8 }), (a, b, put) => {
      const text = ANNOTATION.slice(0, Math.min(a, b)) + put + ANNOTATION.slice(Math.max(a, b));
      try {
        for (const { box } of parseVocAnnotation(text, "f")) expect(box.width).toBeGreaterThanOrEqual(1);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
  );
});
