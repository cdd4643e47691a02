/** Every gradient rule, the blocks of the nets and a DeconvNet of two levels against central differences in float64. */
import { expect, test } from "vitest";
import { BLOCK_CASES } from "./block-cases.ts";
import { checkCase } from "./gradient-case.ts";
import { RULE_CASES } from "./rule-cases.ts";

const CASES = [...RULE_CASES, ...BLOCK_CASES].map((gradientCase) => ({ ...gradientCase }));

test.each(CASES)(
  "$subject: $about",
  (gradientCase) => {
    const { maxRelative, elements } = checkCase(gradientCase);
    expect(elements).toBeGreaterThan(0);
    expect(maxRelative).toBeLessThanOrEqual(1e-6);
  },
  60_000,
);
