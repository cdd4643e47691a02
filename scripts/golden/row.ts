/** What the golden runner says of one tensor: how far our numbers are from the stored ones. */

export interface GoldenRow {
  readonly tensor: string;
  /** Largest |ours - stored|. */
  readonly maxAbs: number;
  /** That over the largest |stored|; 0 for a tensor that is 0 within its tolerance. */
  readonly maxRel: number;
  /** Largest difference allowed; 0 for exact tensors. */
  readonly atol: number;
  readonly ok: boolean;
}

export interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** Compares element by element. Another shape and a NaN on one side are infinitely wrong. */
export function compareNumbers(tensor: string, ours: Numbers, stored: Numbers, atol: number): GoldenRow {
  if (ours.shape.join() !== stored.shape.join() || ours.data.length !== stored.data.length) {
    const name = `${tensor} of shape [${ours.shape.join(", ")}] instead of [${stored.shape.join(", ")}]`;
    return { tensor: name, maxAbs: Infinity, maxRel: Infinity, atol, ok: false };
  }
  let [maxAbs, largest] = [0, 0];
  for (let i = 0; i < stored.data.length; i++) {
    const [value, expected] = [Number(ours.data[i]), Number(stored.data[i])];
    if (Number.isFinite(expected)) largest = Math.max(largest, Math.abs(expected));
    if (Object.is(value, expected)) continue;
    const difference = Math.abs(value - expected);
    maxAbs = Math.max(maxAbs, Number.isNaN(difference) ? Infinity : difference);
  }
  const isZero = largest <= atol && maxAbs <= atol;
  return { tensor, maxAbs, maxRel: maxAbs === 0 || isZero ? 0 : maxAbs / largest, atol, ok: maxAbs <= atol };
}
