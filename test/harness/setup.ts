/** Runs before each test file: the seed of random tests, and warnings are failures. */
import fc from "fast-check";
import { TEST_SEED } from "./seed.ts";

fc.configureGlobal({ seed: TEST_SEED });

// Thrown outside of any test, it is an unhandled error, which fails the run and is counted in the closing line.
process.on("warning", (warning) => {
  throw warning;
});
