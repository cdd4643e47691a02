import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryImage } from "../../test/builders/arbitrary-image.ts";
import { flipImage } from "./flip.ts";
import { image } from "./image.ts";

it("swaps left and right, colours stay together", () => {
  const source = image(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 1, 3);
  expect([...flipImage(source).data]).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
});

it("twice is the identity", () => {
  fc.assert(
    fc.property(arbitraryImage(), (source) => {
      expect(flipImage(flipImage(source))).toEqual(source);
    }),
  );
});
