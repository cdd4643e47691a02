/** Seeded numbers for tests. */

import { randomFor } from "../src/tensor/index.ts";

/** Numbers in [0, 1), the same for the same seed. */
export function seededNumbers(seed: number): () => number {
  const random = randomFor(seed);
  return () => random.uniform();
}
