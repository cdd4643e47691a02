/** Vitest's own report, then the seed, what was left out, and the closing line that counts everything. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SerializedError } from "vitest";
import { DefaultReporter, type TestModule, type TestRunEndReason } from "vitest/node";
import { findChromium, noChromium } from "../page/chromium.ts";
import { closingLine } from "./closing-line.ts";
import { TEST_SEED } from "./seed.ts";

export default class ClosingLineReporter extends DefaultReporter {
  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    super.onTestRunEnd(modules, errors, reason);
    this.log(`Random seed ${TEST_SEED} (TEST_SEED sets another).`);
    const hasPageTests = modules.some(({ moduleId }) => moduleId.includes("/test/page/"));
    if (hasPageTests && findChromium() === undefined) this.log(`Page tests were left out: ${noChromium()}`);
    const line = closingLine(count(modules, errors));
    this.log(line);
    // For .ci/run, which repeats it after what npm adds to a failure.
    const results = join(this.ctx.config.root, "test-results");
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, "closing-line.txt"), `${line}\n`);
  }
}

/** A file that does not load and an error outside of any test are failures too. */
function count(modules: readonly TestModule[], errors: readonly SerializedError[]): Parameters<typeof closingLine>[0] {
  const counts = { passed: 0, failed: errors.length, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that never ran, because its file or the run broke off, did not pass.
      counts[state === "pending" ? "failed" : state]++;
    }
  }
  return counts;
}
