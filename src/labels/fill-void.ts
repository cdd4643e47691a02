/** Label maps without void: each void pixel takes the label of the nearest pixel that has one. */
import { type LabelMap, labelMap, VOID } from "./label-map.ts";

/**
 * Lets labels grow into void, a pixel at a time on all sides, until they meet: half-way, where an outline of void lies
 * between two regions. A map of nothing but void stays as it is.
 */
export function fillVoid({ data, width, height }: LabelMap): LabelMap {
  const filled = Uint8Array.from(data);
  let front: number[] = [];
  for (let at = 0; at < filled.length; at++) if (filled[at] !== VOID) front.push(at);
  while (front.length > 0) {
    const next: number[] = [];
    for (const at of front) {
      const x = at % width;
      const label = filled[at]!;
      const grow = (to: number): void => {
        if (filled[to] !== VOID) return;
        filled[to] = label;
        next.push(to);
      };
      if (x > 0) grow(at - 1);
      if (x < width - 1) grow(at + 1);
      if (at >= width) grow(at - width);
      if (at < filled.length - width) grow(at + width);
    }
    front = next;
  }
  return labelMap(filled, height, width);
}
