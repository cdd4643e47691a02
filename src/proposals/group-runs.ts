/** The edge groups along each row or column as runs, so that the groups on a box's side are found without a pixel scan. */

/** Runs of equal group along the lines of one direction; stretches without a group are left out. */
export interface GroupRuns {
  /** Group of each run, line after line. */
  readonly groups: Int32Array;
  /** `[height, width]`: the first run that ends at this pixel or later on its line. */
  readonly first: Int32Array;
  /** `[height, width]`: one past the last run that starts at this pixel or earlier on its line. */
  readonly end: Int32Array;
}

/**
 * Lists the runs along every row (`step` 1) or column (`step` width).
 *
 * The runs between pixels p and q of a line are `first[p]` to `end[q] - 1`.
 */
export function groupRuns(ids: Int32Array, width: number, height: number, direction: "rows" | "columns"): GroupRuns {
  const [lines, length, lineStep, step] = direction === "rows" ? [height, width, width, 1] : [width, height, 1, width];
  const groups = new Int32Array(ids.length);
  const first = new Int32Array(ids.length);
  const end = new Int32Array(ids.length);
  let count = 0;
  for (let line = 0; line < lines; line++) {
    let before = 0;
    for (let i = 0, pixel = line * lineStep; i < length; i++, pixel += step) {
      const id = ids[pixel]!;
      if (id > 0 && id !== before) groups[count++] = id;
      before = id;
      first[pixel] = id > 0 ? count - 1 : count;
      end[pixel] = count;
    }
  }
  return { groups: groups.slice(0, count), first, end };
}
