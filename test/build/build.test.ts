/** `npm run build` and what follows from it in the checkout. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, run, runChecked } from "../harness/run-process.ts";

const TSX = join(ROOT, "node_modules", ".bin", "tsx");
const DIST = join(ROOT, "dist");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

/** A cache of its own: npx remembers there how it once found a command. */
let cache = "";

beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), "deconvnet-npx-"));
});

afterAll(async () => {
  rmSync(cache, { recursive: true, force: true });
  await runChecked(TSX, ["scripts/ensure-built.ts"]);
});

function npx(...args: readonly string[]): ReturnType<typeof run> {
  return run("npx", args, { env: { npm_config_cache: cache, npm_config_offline: "true" } });
}

test("npx finds the command after a first build, even if it was asked before, and after dist/ was made again", async () => {
  rmSync(DIST, { recursive: true, force: true });
  expect((await npx("deconvnet", "--version")).exit).not.toBe(0);
  for (const round of ["first", "again"]) {
    rmSync(DIST, { recursive: true, force: true });
    await runChecked(TSX, ["scripts/build.ts"]);
    expect(statSync(join(DIST, "cli", "main.js")).mode & 0o111, round).toBe(0o111);
    expect((await npx("deconvnet", "--version")).stdout, round).toBe(`${version}\n`);
  }
});

test("ensure-built builds a missing dist/ and leaves a fresh one alone", async () => {
  rmSync(DIST, { recursive: true, force: true });
  await runChecked(TSX, ["scripts/ensure-built.ts"]);
  const built = statSync(join(DIST, "index.js")).mtimeMs;
  await runChecked(TSX, ["scripts/ensure-built.ts"]);
  expect(statSync(join(DIST, "index.js")).mtimeMs).toBe(built);
});

test("scripts that import the package by name get dist/, where worker entries are", async () => {
  const script =
    'import "deconvnet/onnx"; console.log(import.meta.resolve("deconvnet"), import.meta.resolve("deconvnet/onnx"));';
  const output = await runChecked(TSX, ["--input-type=module", "--eval", script]);
  expect(output).toMatch(/\/dist\/index\.js .*\/dist\/onnx\/index\.js\n$/);
});

test("dist/ holds no tests, and its maps hold their sources", () => {
  expect(existsSync(join(DIST, "cli", "run-command-line.test.js"))).toBe(false);
  const map = JSON.parse(readFileSync(join(DIST, "errors.js.map"), "utf8")) as { sourcesContent?: string[] };
  expect(map.sourcesContent?.[0]).toContain("class DeconvnetError");
});
