import { expect, it } from "vitest";
import { padEnd, padStart, textColumns } from "./text-columns.ts";

it.each([
  ["", 0],
  ["cat", 3],
  ["Gänsefüßchen", 12],
  ["a\u0308", 1], // a letter and the mark upon it
  ["猫", 2],
  ["ねこ、ネコ。", 12],
  ["고양이", 6],
  ["ＡＢ", 4],
  ["ﾈｺ", 2], // half-width
  ["🐈", 2],
  ["👩🏽‍🌾", 2], // woman, skin tone, joiner, sheaf of rice
])("%j takes %i columns", (text, columns) => {
  expect(textColumns(text)).toBe(columns);
});

it("fills up to a width, and leaves wider texts alone", () => {
  expect(padEnd("猫", 4)).toBe("猫  ");
  expect(padStart("猫", 4)).toBe("  猫");
  expect(padStart("cat", 2)).toBe("cat");
});
