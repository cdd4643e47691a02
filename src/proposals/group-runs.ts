/** The edge groups along each row or column as runs, so that the groups on a box's side are found without a pixel scan. */

/** Runs of equal group along the lines of one direction; stretches without a group are left out. */
export interface GroupRuns {
  /** Group of each run, line after line. */
  readonly groups: Int32Array;
  /**
   * `[width, height]`, column by column: twice the number of runs that start at this pixel or earlier, over all lines so far, plus 1 if the
   * pixel is in a run. So the runs between pixels p and q of a line are `(at[p] >> 1) - (at[p] & 1)` to `(at[q] >> 1) - 1`.
   */
  readonly at: Int32Array;
}

/** Lists the runs along all rows or all columns. */
export function groupRuns(ids: Int32Array, width: number, height: number, direction: "rows" | "columns"): GroupRuns {
  const along = direction === "rows";
  const [lines, length] = along ? [height, width] : [width, height];
  const [lineStep, step] = along ? [width, 1] : [1, width];
  // The same pixel where the result runs down the columns.
  const [lineStepOut, stepOut] = along ? [1, height] : [height, 1];
  const groups = new Int32Array(ids.length);
  const at = new Int32Array(ids.length);
  let count = 0;
  for (let line = 0; line < lines; line++) {
    let before = 0;
    let out = line * lineStepOut;
    for (let i = 0, pixel = line * lineStep; i < length; i++, pixel += step, out += stepOut) {
      const id = ids[pixel]!;
      if (id > 0 && id !== before) groups[count++] = id;
      before = id;
      at[out] = id > 0 ? 2 * count + 1 : 2 * count;
    }
  }
  return { groups: groups.slice(0, count), at };
}
