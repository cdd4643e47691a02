/**
 * AssemblyScript, compiled to WebAssembly SIMD: the update rules of the solvers, in float32, four numbers at a time. Arrays have
 * `bytes` bytes, a multiple of 16. Shares are what `beta` and `keep` leave of 1, which float32 would say too coarsely.
 */

/** v <- momentum v + rate (g + decay w); w <- w - v */
export function sgd(
  weights: usize,
  gradient: usize,
  velocity: usize,
  bytes: usize,
  momentum: f32,
  rate: f32,
  decay: f32,
): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const w = v128.load(weights + i);
    const push = f32x4.mul(f32x4.splat(rate), f32x4.add(v128.load(gradient + i), f32x4.mul(f32x4.splat(decay), w)));
    const v = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(velocity + i)), push);
    v128.store(velocity + i, v);
    v128.store(weights + i, f32x4.sub(w, v));
  }
}

/** m <- beta1 m + share1 g; s <- beta2 s + share2 g g; w <- keep w - rate m / (sqrt(correction s) + epsilon) */
export function adamW(
  weights: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  bytes: usize,
  beta1: f32,
  share1: f32,
  beta2: f32,
  share2: f32,
  keep: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const g = v128.load(gradient + i);
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(mean + i)), f32x4.mul(f32x4.splat(share1), g));
    const fresh = f32x4.mul(f32x4.mul(f32x4.splat(share2), g), g);
    const s = f32x4.add(f32x4.mul(f32x4.splat(beta2), v128.load(square + i)), fresh);
    v128.store(mean + i, m);
    v128.store(square + i, s);
    const length = f32x4.add(f32x4.sqrt(f32x4.mul(s, f32x4.splat(correction))), f32x4.splat(epsilon));
    const step = f32x4.div(f32x4.mul(f32x4.splat(rate), m), length);
    v128.store(weights + i, f32x4.sub(f32x4.mul(f32x4.splat(keep), v128.load(weights + i)), step));
  }
}

/** a <- keep a + share w */
export function average(averaged: usize, weights: usize, bytes: usize, keep: f32, share: f32): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    const old = f32x4.mul(f32x4.splat(keep), v128.load(averaged + i));
    v128.store(averaged + i, f32x4.add(old, f32x4.mul(f32x4.splat(share), v128.load(weights + i))));
  }
}
