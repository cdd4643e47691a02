/** Divides photos into a list to train on and one to validate on. */
import { shuffledOrder } from "./sampler.ts";

export interface SplitLists {
  readonly train: readonly string[];
  readonly val: readonly string[];
}

/**
 * Draws the photos to validate on; the same ids with the same seed give the same lists.
 *
 * @param share - Of the photos, 0 to 1; at least one stays to train on, and from two photos on one is validated on.
 * @returns Both lists in the order of the ids.
 */
export function splitIds(ids: readonly string[], seed: number, share: number): SplitLists {
  const wanted = Math.min(ids.length - 1, Math.max(1, Math.round(share * ids.length)));
  const drawn = new Set(shuffledOrder(seed, 0, ids.length).subarray(0, Math.max(0, wanted)));
  return { train: ids.filter((_, i) => !drawn.has(i)), val: ids.filter((_, i) => drawn.has(i)) };
}
