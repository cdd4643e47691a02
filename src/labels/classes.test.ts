import { describe, expect, it } from "vitest";
import { FormatError } from "../errors.ts";
import { listLines, parseClassList, VOC_CLASSES } from "./classes.ts";

describe("parseClassList", () => {
  it("does not mind Windows line ends, blanks and a byte order mark", () => {
    expect(parseClassList("\uFEFFbackground\r\n cat \r\n\r\n\tpotted plant\r\n", "classes.txt")).toEqual([
      "background",
      "cat",
      "potted plant",
    ]);
    expect(parseClassList(VOC_CLASSES.join("\n"), "classes.txt")).toEqual(VOC_CLASSES);
    expect(listLines("a\rb\n\n")).toEqual(["a", "b"]);
  });

  it("refuses lists that are empty, too long or say a name twice", () => {
    expect(() => parseClassList("", "c.txt")).toThrow(FormatError);
    expect(() => parseClassList("background", "c.txt")).toThrow(/c\.txt: expected 2 to 255 class names.*got 1/);
    expect(() => parseClassList(Array.from({ length: 256 }, (_, i) => `c${i}`).join("\n"), "c.txt")).toThrow(/got 256/);
    expect(() => parseClassList("a\nb\na", "c.txt")).toThrow(/got "a" twice/);
  });
});
