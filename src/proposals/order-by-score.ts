/** The order of boxes by score, exact for any number of them. */

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;
/** Bits of a positive float32, read as a whole number, order like the number; taken off this they order the other way. */
const LARGEST = 0x7fffffff;

/**
 * Orders scores from the largest to the smallest; equal ones stay in the order in which they are given.
 *
 * @param scores - float32, not negative, no NaN.
 * @returns Places in `scores`, the largest score's first.
 */
export function orderByScore(scores: Float32Array): Int32Array {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length);
  let order = new Int32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  // Lower digits first: each pass keeps the order of what it finds equal.
  for (const shift of [0, DIGIT_BITS]) order = sortByDigit(bits, order, shift);
  return order;
}

function sortByDigit(bits: Int32Array, order: Int32Array<ArrayBuffer>, shift: number): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(DIGITS + 1);
  for (let i = 0; i < bits.length; i++) {
    const digit = ((LARGEST - bits[i]!) >>> shift) % DIGITS;
    starts[digit + 1] = starts[digit + 1]! + 1;
  }
  for (let digit = 1; digit < DIGITS; digit++) starts[digit] = starts[digit]! + starts[digit - 1]!;
  const sorted = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const place = order[i]!;
    const digit = ((LARGEST - bits[place]!) >>> shift) % DIGITS;
    sorted[starts[digit]!] = place;
    starts[digit] = starts[digit]! + 1;
  }
  return sorted;
}
