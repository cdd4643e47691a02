/**
 * Prints the table of gradient checks: every rule, block and a DeconvNet of two levels against central differences in
 * float64. `npm run gradients`; exits 1 if one is wrong.
 */
import { BLOCK_CASES } from "../test/gradients/block-cases.ts";
import { checkCase, formatFigures, type GradientFigures } from "../test/gradients/gradient-case.ts";
import { RULE_CASES } from "../test/gradients/rule-cases.ts";

const figures: GradientFigures[] = [];
const failures: string[] = [];
for (const gradientCase of [...RULE_CASES, ...BLOCK_CASES]) {
  try {
    figures.push(checkCase(gradientCase));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    failures.push(`${gradientCase.subject}, ${gradientCase.about}: ${reason}`);
  }
}
console.log([formatFigures(figures), ...failures, `${figures.length} ok, ${failures.length} failed`].join("\n"));
process.exitCode = failures.length > 0 ? 1 : 0;
