import { expect, it } from "vitest";
import { padEnd, padStart } from "./text-columns.ts";

it("fills up to a width, and leaves wider texts alone", () => {
  expect(padEnd("猫", 4)).toBe("猫  ");
  expect(padStart("ねこ", 5)).toBe(" ねこ");
  expect(padEnd("a\u0308", 3)).toBe("a\u0308  ");
  expect(padStart("cat", 2)).toBe("cat");
});
