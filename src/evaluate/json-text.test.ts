import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonText } from "./json-text.ts";

it("puts what fits into a line into one line", () => {
  const long = Array.from({ length: 50 }, (_, i) => [i, i]);
  const text = jsonText({ a: { b: 1, c: [1, null] }, long: long, none: undefined });
  expect(text.split("\n").slice(0, 4)).toEqual(["{", '  "a": {"b":1,"c":[1,null]},', '  "long": [', "    [0,0],"]);
  expect(text.split("\n").slice(-3)).toEqual(["    [49,49]", "  ]", "}"]);
});

it("means the same as without lines", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
