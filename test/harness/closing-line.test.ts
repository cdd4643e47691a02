/** What a run of the tests reports, seen from outside: a run of Vitest over planted tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, run } from "./run-process.ts";

let folder = "";

beforeAll(() => {
  // Below the checkout, so that the planted tests find Vitest.
  mkdirSync(join(ROOT, "test-results"), { recursive: true });
  folder = mkdtempSync(join(ROOT, "test-results", "planted-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Vitest, with the project's reporter and set-up, over files given as name and text. */
async function runTests(files: Readonly<Record<string, string>>): Promise<{ exit: unknown; lines: string[] }> {
  const root = mkdtempSync(join(folder, "run-"));
  const harness = (file: string): string => JSON.stringify(join(ROOT, "test", "harness", file));
  const config = `export default { test: {
    reporters: [${harness("closing-line-reporter.ts")}], setupFiles: [${harness("setup.ts")}] } };`;
  writeFileSync(join(root, "vitest.config.mjs"), config);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(root, name), `import { expect, test } from "vitest";\n${text}`);
  }
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const { exit, stdout } = await run(process.execPath, [vitest, "run", "--root", root], { env: { TEST_SEED: "7" } });
  return { exit, lines: stdout.trimEnd().split("\n") };
}

const PASSES = 'test("a", () => expect(1).toBe(1));';

test("counts over all files, skipped ones only if there are any", async () => {
  const { exit, lines } = await runTests({ "a.test.ts": PASSES, "b.test.ts": PASSES });
  expect({ exit, last: lines.at(-1) }).toEqual({ exit: 0, last: "2 passed, 0 failed" });
  expect(lines.at(-2)).toBe("Random seed 7 (TEST_SEED sets another).");
});

test("a failed test, a skipped one and a file that does not load", async () => {
  const { exit, lines } = await runTests({
    "a.test.ts": `${PASSES} test("b", () => expect(1).toBe(2)); test.skip("c", () => {});`,
    "b.test.ts": 'throw new Error("does not load");',
  });
  expect({ exit, last: lines.at(-1) }).toEqual({ exit: 1, last: "1 passed, 2 failed, 1 skipped" });
});

test("a warning fails the run", async () => {
  const warns =
    'test("w", async () => { process.emitWarning("planted"); await new Promise((go) => setTimeout(go, 20)); });';
  const { exit, lines } = await runTests({ "a.test.ts": warns });
  expect({ exit, last: lines.at(-1) }).toEqual({ exit: 1, last: "1 passed, 1 failed" });
});

test("a warning of Node itself fails the run", async () => {
  const leak = `import { EventEmitter } from "node:events";
    test("leak", async () => {
      const emitter = new EventEmitter();
      for (let i = 0; i < 11; i++) emitter.on("x", () => {});
      await new Promise((go) => setTimeout(go, 20));
    });`;
  const { exit, lines } = await runTests({ "a.test.ts": leak });
  expect({ exit, last: lines.at(-1) }).toEqual({ exit: 1, last: "1 passed, 1 failed" });
});

test("random tests draw the same numbers from the same seed", async () => {
  const draws = `import fc from "fast-check";
    test("draw", () => {
      fc.assert(fc.property(fc.constant(0), () => true));
      expect(fc.readConfigureGlobal().seed).toBe(7);
      expect(fc.sample(fc.nat(), 3)).toEqual(fc.sample(fc.nat(), 3));
    });`;
  expect((await runTests({ "a.test.ts": draws })).lines.at(-1)).toBe("1 passed, 0 failed");
});
