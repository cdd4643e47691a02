/** Slow twin of the connected components: labels spread to neighbours until nothing changes. */
import type { LabelledObject } from "../../src/data/index.ts";
import { type LabelMap, VOID } from "../../src/labels/index.ts";

export function slowObjects({ data, width }: LabelMap): LabelledObject[] {
  const root = Array.from(data, (_, at) => at); // the first pixel of the object, in the end
  for (let changed = true; changed; ) {
    changed = false;
    for (let a = 0; a < data.length; a++) {
      for (let b = 0; b < data.length; b++) {
        const distance = Math.abs((a % width) - (b % width)) + Math.abs(Math.floor(a / width) - Math.floor(b / width));
        if (distance !== 1 || data[a] !== data[b]) continue;
        const least = Math.min(root[a] ?? a, root[b] ?? b);
        if (root[a] !== least || root[b] !== least) changed = true;
        root[a] = least;
        root[b] = least;
      }
    }
  }
  return [...new Set(root)]
    .filter((first) => data[first] !== 0 && data[first] !== VOID)
    .map((first) => {
      const pixels = root.flatMap((r, at) => (r === first ? [at] : []));
      const [xs, ys] = [pixels.map((at) => at % width), pixels.map((at) => Math.floor(at / width))];
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      const box = { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
      return { classId: data[first] ?? 0, pixels: pixels.length, box };
    });
}
