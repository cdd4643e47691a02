/** Float16 by the book: decoding from the definition of its fields, encoding by looking through all of its values. */

/** The value of a bit pattern: sign, five bits of exponent, ten bits of fraction. */
export function decodeFloat16(pattern: number): number {
  const sign = pattern >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(pattern / 1024) % 32;
  const fraction = pattern % 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return (sign * fraction * 2 ** -14) / 1024;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The patterns of 0 to 65504 in rising order, and one behind them that counts 65536: what rounding goes by. */
const MAGNITUDES = Array.from({ length: 0x7c01 }, (_, pattern) =>
  pattern === 0x7c00 ? 65536 : decodeFloat16(pattern),
);

/** The pattern nearest to a number; of two equally near ones that with an even last bit. */
export function encodeFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.min(Math.abs(value), 65536);
  let below = 0;
  let above = MAGNITUDES.length - 1;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if ((MAGNITUDES[middle] ?? 0) <= magnitude) below = middle;
    else above = middle;
  }
  const toBelow = magnitude - (MAGNITUDES[below] ?? 0);
  const toAbove = (MAGNITUDES[above] ?? 0) - magnitude;
  const nearest = toBelow < toAbove || (toBelow === toAbove && below % 2 === 0) ? below : above;
  return sign + nearest;
}
