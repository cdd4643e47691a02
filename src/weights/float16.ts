/**
 * Conversion between float32 and float16 (IEEE 754 binary16), which JavaScript engines of today's Node lack. Both
 * directions work on bit patterns, so NaN payloads survive.
 */
import { FormatError } from "../errors.ts";
import { printable } from "../printable.ts";

/** The largest finite float16. */
export const FLOAT16_MAX = 65504;
/** Float32 bits of 65520: from here on, rounding to nearest gives infinity. */
const OVERFLOW_BITS = 0x477ff000;
/** Float32 bits of 2^-14, the smallest normal float16. */
const NORMAL_BITS = 0x38800000;
/** Float32 bits of 2^-25: this and everything smaller rounds to zero. */
const ZERO_BITS = 0x33000000;
const INFINITY_BITS = 0x7f800000;
/** 127 - 15, the difference of the exponents' biases, in the place of the float32 exponent. */
const REBIAS = 112 << 23;

/**
 * Converts to float16, round to nearest, ties to even. Infinities and NaN stay what they are.
 *
 * @param values - Float32.
 * @param tensorName - For the message.
 * @returns Float16 as bit patterns.
 * @throws {FormatError} if a finite value is beyond float16: 65520 or more in magnitude.
 */
export function toFloat16(values: Float32Array, tensorName: string): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude >= OVERFLOW_BITS) {
      if (magnitude < INFINITY_BITS) throw overflowError(values, i, tensorName);
      // A NaN keeps its upper payload bits; the quiet bit keeps one from turning into an infinity.
      const payload = (magnitude >>> 13) & 0x3ff;
      halves[i] = sign | 0x7c00 | (magnitude > INFINITY_BITS && payload === 0 ? 0x200 : payload);
    } else if (magnitude >= NORMAL_BITS) {
      // Adding just under half of the last kept bit, plus that bit itself, rounds ties to even; a carry runs into
      // the exponent, as it should.
      halves[i] = sign | ((magnitude - REBIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    } else if (magnitude > ZERO_BITS) {
      // Subnormal: the significand with its hidden bit, shifted so that its last bit counts 2^-24.
      const significand = (magnitude & 0x7fffff) | 0x800000;
      const shift = 126 - (magnitude >>> 23);
      const half = significand >>> shift;
      const rest = significand - (half << shift);
      const tie = 1 << (shift - 1);
      halves[i] = sign | (rest > tie || (rest === tie && (half & 1) === 1) ? half + 1 : half);
    } else {
      halves[i] = sign;
    }
  }
  return halves;
}

/**
 * Converts from float16; exact.
 *
 * @param halves - Float16 as bit patterns.
 * @returns Float32.
 */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = (half & 0x8000) << 16;
    const magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) bits[i] = sign | INFINITY_BITS | ((magnitude & 0x3ff) << 13);
    else if (magnitude >= 0x0400) bits[i] = sign | ((magnitude << 13) + REBIAS);
    else if (sign === 0) values[i] = magnitude * 2 ** -24;
    else values[i] = -magnitude * 2 ** -24;
  }
  return values;
}

function overflowError(values: Float32Array, index: number, tensorName: string): FormatError {
  return new FormatError(
    `toFloat16: expected values within ±${FLOAT16_MAX}, the largest float16, got ${values[index]} at index ${index} of ` +
      `tensor "${printable(tensorName)}". Store the tensor as float32.`,
  );
}
