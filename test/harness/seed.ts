/** The seed of all random tests. */

function readSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed)) throw new Error(`TEST_SEED: expected an integer, got "${text}".`);
  return seed;
}

/** Fixed, so that a failure repeats; the environment variable TEST_SEED sets another. */
export const TEST_SEED: number = readSeed(process.env["TEST_SEED"] ?? "2015");
