/** Round numbers along an axis. */

const UNITS = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/**
 * Places ticks at multiples of 1, 2 or 5 times a power of ten.
 *
 * @param count - About how many.
 * @returns From the last one at or below `low` to the first at or above `high`; at least two.
 */
export function niceTicks(low: number, high: number, count = 5): number[] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // What is closer together than numbers are exact is one point.
  const span = high - low > Math.max(1e-9 * size, 1e-100) ? high - low : 0.1 * Math.max(size, 1);
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10) as number);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  // Products of whole numbers, so that there is no 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Ticks of one axis in the same unit: `0`, `0.5k`, `1k`, `1.5k`; very small and large ones as `5e-4`, `1e-3`. */
export function tickTexts(ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const [size, unit] = UNITS.find(([least]) => largest >= least) ?? [1, ""];
  const text = (value: number): string => {
    if (value === 0) return "0";
    if (largest < 0.01 || largest >= 1e12) return Number(value.toPrecision(6)).toExponential();
    return `${Number((value / size).toPrecision(6))}${unit}`;
  };
  return ticks.map(text);
}
