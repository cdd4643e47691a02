import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readKeys } from "./json-keys.ts";

describe("readKeys", () => {
  test.each([
    ["{}", []],
    ['{"b":1,"1":2,"a":3,"0":4}', ["b", "1", "a", "0"]],
    ['{"a":{"b":{}},"c":["d",{"e":"f"}],"g":"h"}', ["a", "c", "g"]],
    ['{ "a" \n:\t1, "b:c" : "d\\":" }', ["a", "b:c"]],
    ['{"\\u0061\\\\":1,"a\\"":2}', ["a\\", 'a"']],
    ['[{"a":1}]', []],
    ['"a":1', []],
  ])("of %s", (json, keys) => {
    expect(readKeys(json)).toEqual(keys);
  });

  test("finds the keys that JSON.parse finds", () => {
    const value = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 3 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (object, indent) => {
        expect(readKeys(JSON.stringify(object, null, indent))).toEqual(Object.keys(object));
      }),
    );
  });

  test("refuses a key that occurs twice in one object, but not in two", () => {
    expect(() => readKeys('{"a":{"x":1,"y":2,"x":3}}')).toThrow('the key "x" twice');
    expect(readKeys('{"x":{"x":1},"y":{"x":1}}')).toEqual(["x", "y"]);
  });

  test("ends on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "]", ":", ",", "a", " ") }), (text) => {
        try {
          readKeys(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
