/**
 * How well proposals cover the objects of a set of photos.
 *
 * Source: Hosang et al., "What Makes for Effective Detection Proposals?", PAMI 2016.
 */

import { OptionError } from "../errors.ts";
import type { PixelBox } from "./enlarge-box.ts";

/** Intersection over union of two boxes, [0, 1]. */
export function boxIou(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** One photo: its proposals, best first, and the boxes of its objects. */
export interface ProposedPhoto {
  readonly proposals: readonly PixelBox[];
  readonly objects: readonly PixelBox[];
}

/** The overlaps of one object: `bestIou[n - 1]` is the largest IoU among the first n proposals of its photo. */
export interface ObjectOverlaps {
  /** Float64: an IoU of exactly 0.7 has to reach the threshold 0.7, which in float32 it does not. */
  readonly bestIou: Float64Array;
}

/** For each object of each photo the best overlap after each proposal. */
export function objectOverlaps(photos: readonly ProposedPhoto[]): ObjectOverlaps[] {
  return photos.flatMap(({ proposals, objects }) =>
    objects.map((object) => {
      let best = 0;
      return {
        bestIou: Float64Array.from(proposals, (proposal) => {
          best = Math.max(best, boxIou(proposal, object));
          return best;
        }),
      };
    }),
  );
}

function bestAmong({ bestIou }: ObjectOverlaps, count: number): number {
  return bestIou[Math.min(count, bestIou.length) - 1] ?? 0;
}

/**
 * Share of the objects that one of the first `count` proposals overlaps by at least `iou`.
 *
 * @returns [0, 1]; NaN-free: 0 without objects.
 */
export function recallAt(objects: readonly ObjectOverlaps[], iou: number, count: number): number {
  checkIou("recallAt", iou);
  const found = objects.filter((object) => bestAmong(object, count) >= iou).length;
  return objects.length === 0 ? 0 : found / objects.length;
}

/** Recall averaged over IoU from 0.5 to 1: twice the mean of what each object's best IoU is over 0.5. */
export function averageRecall(objects: readonly ObjectOverlaps[], count: number): number {
  const sum = objects.reduce((total, object) => total + Math.max(0, bestAmong(object, count) - 0.5), 0);
  return objects.length === 0 ? 0 : (2 * sum) / objects.length;
}

/** The smallest number of proposals a photo that reaches a recall, or undefined if none does. */
export function proposalsForRecall(
  objects: readonly ObjectOverlaps[],
  iou: number,
  recall: number,
): number | undefined {
  checkIou("proposalsForRecall", iou);
  if (!(recall > 0 && recall <= 1)) {
    throw new OptionError(`proposalsForRecall: expected a recall over 0 and up to 1, got ${recall}.`);
  }
  const ranks = objects.map(({ bestIou }) => bestIou.findIndex((best) => best >= iou) + 1).filter((rank) => rank > 0);
  ranks.sort((a, b) => a - b);
  return ranks.find((_, found) => (found + 1) / objects.length >= recall);
}

function checkIou(caller: string, iou: number): void {
  if (!(iou > 0 && iou <= 1)) throw new OptionError(`${caller}: expected an IoU over 0 and up to 1, got ${iou}.`);
}
