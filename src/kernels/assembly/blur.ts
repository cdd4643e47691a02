// AssemblyScript, compiled to WebAssembly SIMD: the blur along one axis of the lattice. Words of address and `stride` as in splat.ts.
import { vertexOf } from "./vertex";

/** Read from memory: engines build a vector constant anew, from several instructions, wherever it is used. */
const HALF = memory.data<f32>([0.5]);

/** `value += (previous + next) / 2` along the runs of one axis; the first vertex of a run is stored as its complement. */
export function blur(run: usize, length: i32, values: usize, stride: usize): void {
  let at = run;
  const stop = run + ((<usize>length) << 2);
  while (at < stop) {
    let runEnd = at + 4;
    while (runEnd < stop && load<i32>(runEnd) >= 0) runEnd += 4;
    const first = values + <usize>~load<i32>(at) * stride;
    let b: usize = 0;
    for (; b + 48 <= stride; b += 48) blurThreeBlocks(first + b, at + 4, runEnd, values + b, stride);
    for (; b < stride; b += 16) blurBlock(first + b, at + 4, runEnd, values + b, stride);
    at = runEnd;
  }
}

/** Walks one run; the old values of the previous vertex and of this one stay in registers. */
function blurBlock(first: usize, second: usize, end: usize, values: usize, stride: usize): void {
  const half = v128.load32_splat(HALF);
  let address = first;
  let previous = f32x4.splat(0);
  let own = v128.load(address);
  for (let rest = second; rest < end; rest += 4) {
    const following = vertexOf(values, rest, stride);
    const next = v128.load(following);
    v128.store(address, blurred(own, half, f32x4.add(previous, next)));
    previous = own;
    own = next;
    address = following;
  }
  v128.store(address, blurred(own, half, previous));
}

/** As blurBlock for three blocks of a row, so that each vertex number is read once for all of them. */
function blurThreeBlocks(first: usize, second: usize, end: usize, values: usize, stride: usize): void {
  const half = v128.load32_splat(HALF);
  let address = first;
  let previous0 = f32x4.splat(0);
  let previous1 = f32x4.splat(0);
  let previous2 = f32x4.splat(0);
  let own0 = v128.load(address);
  let own1 = v128.load(address, 16);
  let own2 = v128.load(address, 32);
  for (let rest = second; rest < end; rest += 4) {
    const following = vertexOf(values, rest, stride);
    const next0 = v128.load(following);
    const next1 = v128.load(following, 16);
    const next2 = v128.load(following, 32);
    v128.store(address, blurred(own0, half, f32x4.add(previous0, next0)));
    v128.store(address, blurred(own1, half, f32x4.add(previous1, next1)), 16);
    v128.store(address, blurred(own2, half, f32x4.add(previous2, next2)), 32);
    previous0 = own0;
    previous1 = own1;
    previous2 = own2;
    own0 = next0;
    own1 = next1;
    own2 = next2;
    address = following;
  }
  v128.store(address, blurred(own0, half, previous0));
  v128.store(address, blurred(own1, half, previous1), 16);
  v128.store(address, blurred(own2, half, previous2), 32);
}

function blurred(own: v128, half: v128, neighbours: v128): v128 {
  return f32x4.add(own, f32x4.mul(half, neighbours));
}
