// AssemblyScript, compiled to WebAssembly SIMD: from scores to marginals and labels. Words of address and `stride` as in splat.ts.
import { expBlock, expThreeBlocks } from "./exp";

// Read from memory, as the constants of exp.ts.
const ONE = memory.data<f32>([1]);
/** The score of a lane that is no class. */
const NOTHING = memory.data<f32>([-3.4e38]);

/** Scores to marginals in place, the first largest to `labels`; returns how many labels changed. */
export function softmax(
  scores: usize,
  classes: i32,
  groups: i32,
  stride: usize,
  plane: usize,
  labels: usize,
  begin: i32,
  end: i32,
): i32 {
  // The last block with a class in it may hold lanes that are none, and further blocks may follow: they count as very small.
  const lastGroup = <usize>(groups - 1) * plane;
  const lanes = <i32>(stride >> 2);
  const inLast = classes - (groups - 1) * lanes;
  let changed = 0;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = scores + <usize>pixel * stride;
    hideEmptyLanes(row + lastGroup, inLast, stride);
    const most = largestOf(row, groups, stride, plane);
    let sum = f32x4.splat(0);
    let label = -1;
    for (let group = 0, at = row; group < groups; group++, at += plane) {
      if (stride === 48) sum = f32x4.add(sum, expThreeBlocks(at, most));
      else for (let b: usize = 0; b < stride; b += 16) sum = f32x4.add(sum, expBlock(at + b, most));
      const equal = onesOf(at, stride);
      label = label < 0 && equal !== 0 ? group * lanes + ctz(equal) : label;
    }
    const total =
      f32x4.extract_lane(sum, 0) +
      f32x4.extract_lane(sum, 1) +
      (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    const scale = f32x4.splat(1 / total);
    for (let group = 0, at = row; group < groups; group++, at += plane) {
      for (let b: usize = 0; b < stride; b += 16) v128.store(at + b, f32x4.mul(v128.load(at + b), scale));
    }
    const address = labels + <usize>pixel;
    if (<i32>load<u8>(address) !== label) {
      store<u8>(address, <u8>label);
      changed++;
    }
  }
  return changed;
}

/** Overwrites the lanes of a row from number `used` on; by whole blocks, since a block is read back at once. */
function hideEmptyLanes(row: usize, used: i32, stride: usize): void {
  for (let b = ((<usize>used) << 2) & ~15; b < stride; b += 16) {
    const isClass = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(used - (<i32>b >> 2)));
    v128.store(row + b, v128.bitselect(v128.load(row + b), v128.load32_splat(NOTHING), isClass));
  }
}

/** Which lanes of a row are 1, as bits. */
function onesOf(row: usize, stride: usize): i32 {
  const one = v128.load32_splat(ONE);
  if (stride === 48) {
    const first = i16x8.narrow_i32x4_s(f32x4.eq(v128.load(row), one), f32x4.eq(v128.load(row, 16), one));
    const second = f32x4.eq(v128.load(row, 32), one);
    return i16x8.bitmask(first) | (i32x4.bitmask(second) << 8);
  }
  let bits = 0;
  for (let b: usize = 0; b < stride; b += 16)
    bits |= i32x4.bitmask(f32x4.eq(v128.load(row + b), one)) << (<i32>(b >> 2));
  return bits;
}

/** The largest score of a pixel, in all four lanes. */
function largestOf(row: usize, groups: i32, stride: usize, plane: usize): v128 {
  let most = v128.load(row);
  for (let group = 0, at = row; group < groups; group++, at += plane) {
    for (let b: usize = 0; b < stride; b += 16) most = f32x4.pmax(most, v128.load(at + b));
  }
  most = f32x4.pmax(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.pmax(most, i8x16.shuffle(most, most, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
}
