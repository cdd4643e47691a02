/** A bench of different nets is worth nothing: all programs of a case must have computed the same. */
import type { Facts } from "./measured-process.ts";

const TOLERANCE = 1e-3;
/**
 * The rest may differ: of two numbers that are the same but for rounding, a pooling may take the other one, whose place is another,
 * and what unpooling makes of it reaches far. Measured with the paper's net: 96 % agree with one of PyTorch's forms, 100 % with others.
 */
const AGREEING = 0.9;

/** @throws {Error} if the number of parameters differs, or the numbers that were computed do. */
export function requireSameNet(ours: Facts, peer: Facts): void {
  if (peer.parameters !== undefined && peer.parameters !== ours.parameters)
    throw new Error(`expected ${ours.parameters} parameters, got ${peer.parameters}`);
  const share = agreement(ours.sample ?? [], peer.sample ?? []);
  if (!(share >= AGREEING))
    throw new Error(
      `expected ${100 * AGREEING} % of the numbers within ${TOLERANCE} of the largest, got ${(100 * share).toFixed(1)} %`,
    );
}

/** Share of the numbers that are within a tolerance, relative to the largest. */
function agreement(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length || ours.length === 0) return 0;
  const largest = Math.max(...ours.map(Math.abs));
  const agreeing = ours.filter((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN)) <= TOLERANCE * largest);
  return agreeing.length / ours.length;
}
