/** Small random pictures for property tests. */
import fc from "fast-check";
import { type Image, image } from "../../src/image/index.ts";

/** RGB pictures of 1x1 to `most`x`most` pixels. */
export function arbitraryImage(most = 9): fc.Arbitrary<Image> {
  const side = fc.integer({ min: 1, max: most });
  return fc
    .tuple(side, side)
    .chain(([height, width]) =>
      fc
        .uint8Array({ minLength: height * width * 3, maxLength: height * width * 3 })
        .map((data) => image(data, height, width)),
    );
}
