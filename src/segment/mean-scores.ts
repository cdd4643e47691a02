/** One score map from several of the same photo: seen at several sizes, and mirrored. */
import { resizeScores, type Size } from "../image/index.ts";
import type { ScoreMap } from "./tiles.ts";

/**
 * The mean of score maps, each brought to the size by linear interpolation.
 *
 * @param maps - At least one; all of the same classes.
 */
export function meanScores(maps: readonly ScoreMap[], { height, width }: Size): ScoreMap {
  const classes = maps[0]?.classes ?? 0;
  const mean = new Float32Array(classes * height * width);
  for (const map of maps) {
    const isSame = map.height === height && map.width === width;
    const data = isSame ? map.data : resizeScores(map.data, [classes, map.height, map.width], { height, width });
    for (let i = 0; i < mean.length; i++) mean[i]! += data[i]! / maps.length;
  }
  return { classes, height, width, data: mean };
}

/** The score map of the mirror image: left and right swapped. */
export function flipScores({ data, ...shape }: ScoreMap): ScoreMap {
  const flipped = data.slice();
  for (let row = 0; row < flipped.length; row += shape.width) flipped.subarray(row, row + shape.width).reverse();
  return { ...shape, data: flipped };
}
