/** When `npm run demo` and its like build first. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isStale } from "../../scripts/build/is-stale.ts";

let root = "";

/** Writes a file with a modification time in seconds; its folders get that of the first file in them. */
function put(path: string, seconds: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  utimesSync(file, seconds, seconds);
}

function age(path: string, seconds: number): void {
  utimesSync(join(root, path), seconds, seconds);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "deconvnet-stale-"));
  for (const source of [
    "tsconfig.json",
    "tsconfig.build.json",
    "src/index.ts",
    "src/cli/main.ts",
    "scripts/build/build.ts",
  ]) {
    put(source, 100);
  }
  for (const folder of ["src", "src/cli", "scripts/build"]) age(folder, 100);
});

afterEach(() => rmSync(root, { recursive: true }));

const stale = (): boolean => isStale(root, join(root, "dist"));

function builtAt(seconds: number): void {
  put("dist/cli/main.js", seconds);
  put("dist/index.js", seconds + 1);
}

test("without dist/ it is stale", () => expect(stale()).toBe(true));

test("a build after the last change is fresh", () => {
  builtAt(200);
  expect(stale()).toBe(false);
});

test.each(["src/index.ts", "src/cli/main.ts", "tsconfig.json", "scripts/build/build.ts"])(
  "a change of %s makes it stale",
  (source) => {
    builtAt(200);
    put(source, 300);
    expect(stale()).toBe(true);
  },
);

test("a deleted source makes it stale", () => {
  put("src/crf.ts", 100);
  builtAt(200);
  age("src", 100);
  expect(stale()).toBe(false);
  rmSync(join(root, "src/crf.ts"));
  expect(stale()).toBe(true);
});

test("a change while the build ran makes it stale: the first file written is older", () => {
  builtAt(200);
  put("src/index.ts", 200.5);
  expect(stale()).toBe(true);
});

test("a dist/ without the command is unfinished", () => {
  put("dist/index.js", 200);
  expect(stale()).toBe(true);
});
