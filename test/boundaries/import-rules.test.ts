/** Plants one forbidden import per rule of biome.json and expects the rule's own message. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { biomeConfig } from "../../scripts/biome/config.ts";
import { downwardMessage, MESSAGES } from "../../scripts/biome/import-rules.ts";
import { FOLDERS, importable, LEVELS, SIDEWAYS } from "../../scripts/biome/layers.ts";

interface Planted {
  readonly file: string;
  readonly line: string;
  readonly message: string;
}

const from = (specifier: string): string => `export * from "${specifier}";`;

/** A folder may not import its own level or a higher one: one planted import for each folder. */
const UPWARD: readonly Planted[] = FOLDERS.flatMap((folder) => {
  const target = FOLDERS.findLast((other) => other !== folder && !importable(folder).includes(other));
  if (target === undefined || folder === "cli") return [];
  return [{ file: `src/${folder}/planted.ts`, line: from(`../${target}/index.ts`), message: downwardMessage(folder) }];
});

const PLANTED: readonly Planted[] = [
  ...UPWARD,
  {
    file: "src/nets/upward-type.ts",
    line: 'import type { A } from "../train/index.ts";',
    message: downwardMessage("nets"),
  },
  { file: "src/nets/late.ts", line: 'await import("../runtime/index.ts");', message: downwardMessage("nets") },
  { file: "src/autodiff/rules/deep.ts", line: from("../../nets/index.ts"), message: downwardMessage("autodiff") },
  { file: "src/train/runtime-package.ts", line: from("onnxruntime-node"), message: MESSAGES.runtime },
  { file: "src/train/runtime-subpath.ts", line: from("onnxruntime-web/wasm"), message: MESSAGES.runtime },
  { file: "src/train/train.test.ts", line: from("onnxruntime-node"), message: MESSAGES.runtime },
  { file: "scripts/runtime-package.ts", line: from("onnxruntime-node"), message: MESSAGES.runtime },
  { file: "src/crf/file-system.ts", line: from("node:fs"), message: MESSAGES.nodeModule },
  { file: "src/weights/promises.ts", line: from("node:fs/promises"), message: MESSAGES.nodeModule },
  { file: "src/web.ts", line: from("node:path"), message: MESSAGES.nodeModule },
  { file: "src/image/decode.ts", line: from("sharp"), message: MESSAGES.nodePackage },
  { file: "src/weights/index.ts", line: from("./node.ts"), message: MESSAGES.nodeEntry },
  { file: "src/train/save.ts", line: from("../weights/node.ts"), message: MESSAGES.nodeEntry },
  { file: "src/runtime/start.ts", line: from("./node/worker.ts"), message: MESSAGES.nodeEntry },
  { file: "src/index.ts", line: from("./weights/node.ts"), message: MESSAGES.nodeEntry },
  { file: "src/train/options.ts", line: from("commander"), message: MESSAGES.commandLine },
  { file: "src/train/own-name.ts", line: from("deconvnet/nets"), message: MESSAGES.ownName },
  { file: "src/train/helper.ts", line: from("../../test/reference/conv.ts"), message: MESSAGES.outside },
  { file: "src/cli/script.ts", line: from("../../scripts/build.ts"), message: MESSAGES.outside },
  { file: "src/train/private.ts", line: from("../nets/blocks.ts"), message: MESSAGES.index },
  { file: "src/train/node/private.ts", line: from("../../runtime/node/worker.ts"), message: MESSAGES.index },
  { file: "src/cli/private.ts", line: from("../weights/header.ts"), message: MESSAGES.index },
  { file: "src/node.ts", line: from("./weights/header.ts"), message: MESSAGES.index },
  { file: "test/pipeline/private.test.ts", line: from("../../src/crf/lattice.ts"), message: MESSAGES.index },
  { file: "scripts/golden/source.ts", line: from("../../src/nets/index.ts"), message: MESSAGES.sources },
  { file: "examples/source.ts", line: from("../src/index.ts"), message: MESSAGES.sources },
];

const ALLOWED: readonly Pick<Planted, "file" | "line">[] = [
  ...SIDEWAYS.map(({ from: a, to: b }) => ({ file: `src/${a}/sideways-${b}.ts`, line: from(`../${b}/index.ts`) })),
  {
    file: "src/autodiff/rules/fine.ts",
    line: `${from("../../onnx/index.ts")}${from("../gradient.ts")}${from("../../errors.ts")}`,
  },
  {
    file: "src/runtime/node.ts",
    line: `${from("onnxruntime-node")}${from("node:worker_threads")}${from("../weights/node.ts")}`,
  },
  {
    file: "src/cli/train.ts",
    line: `${from("commander")}${from("node:fs")}${from("../train/node.ts")}${from("./report.ts")}`,
  },
  {
    file: "src/crf/lattice.test.ts",
    line: `${from("node:fs")}${from("../../test/reference/mean-field.ts")}${from("../train/index.ts")}`,
  },
  { file: "scripts/demo.ts", line: `${from("deconvnet/nets")}${from("node:fs")}${from("../shapes.ts")}` },
];

const REFUSED: readonly Planted[] = [
  {
    file: "src/crf/clock.ts",
    line: "export const now = Date.now();",
    message: "Do not use the global variable Date.",
  },
  {
    file: "src/train/page.ts",
    line: "export const cwd = process.cwd();",
    message: "Do not use the global variable process.",
  },
  { file: "src/crf/random.ts", line: "export const x = Math.random();", message: "Do not use 'Math.random'." },
  { file: "src/train/print.ts", line: 'console.log("step");', message: "Don't use console." },
  {
    file: "src/train/untyped.ts",
    line: "export function one() { return 1; }",
    message: "An exported function states its return type.",
  },
  { file: "src/train/any.ts", line: "export const x: any = 1;", message: "Unexpected any. Specify a different type." },
  { file: "src/train/cycle-a.ts", line: from("./cycle-b.ts"), message: "This import is part of a cycle." },
  { file: "src/train/cycle-b.ts", line: from("./cycle-a.ts"), message: "This import is part of a cycle." },
];

interface Diagnostic {
  readonly message: string;
  readonly location: { readonly path: string };
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let folder = "";
let diagnostics: readonly Diagnostic[] = [];

/** The messages of Biome's import and purity rules about one file. */
function messagesOf(file: string): string[] {
  return diagnostics.filter(({ location }) => location.path === file).map(({ message }) => message);
}

async function lintJson(cwd: string): Promise<string> {
  const biome = fileURLToPath(import.meta.resolve("@biomejs/biome/bin/biome"));
  const rules = ["noRestrictedImports", "noRestrictedGlobals"].map((rule) => `--only=style/${rule}`);
  rules.push(...["noConsole", "noExplicitAny", "noImportCycles"].map((rule) => `--only=suspicious/${rule}`));
  rules.push("--only=nursery/noJsRestrictedProperties", "--only=plugin");
  const args = [biome, "lint", "--reporter=json", "--max-diagnostics=none", ...rules, "."];
  // Biome exits 1 when it finds something, which is what is wanted here.
  return await promisify(execFile)(process.execPath, args, { cwd }).then(
    ({ stdout }) => stdout,
    (failure: { stdout: string }) => failure.stdout,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deconvnet-boundaries-"));
  for (const file of ["biome.json", "scripts/biome/explicit-return-types.grit"]) {
    await cp(join(ROOT, file), join(folder, file));
  }
  for (const { file, line } of [...PLANTED, ...ALLOWED, ...REFUSED]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), line);
  }
  diagnostics = (JSON.parse(await lintJson(folder)) as { diagnostics: Diagnostic[] }).diagnostics;
}, 30_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

test("biome.json is what scripts/make-biome-config.ts writes", async () => {
  const written = await readFile(join(ROOT, "biome.json"), "utf8");
  expect(JSON.parse(written)).toEqual(biomeConfig());
});

test("every sideways import stays within one level", () => {
  for (const { from: a, to: b } of SIDEWAYS)
    expect(LEVELS.some((level) => level.includes(a) && level.includes(b))).toBe(true);
});

describe("a planted import gets exactly its rule's message", () => {
  test.each(PLANTED)("$file: $line", ({ file, message }) => {
    expect(messagesOf(file)).toEqual([message]);
  });
});

describe("other planted code is refused", () => {
  test.each(REFUSED)("$file: $line", ({ file, message }) => {
    expect(messagesOf(file)).toEqual([message]);
  });
});

describe("an allowed import passes", () => {
  test.each(ALLOWED)("$file", ({ file }) => {
    expect(messagesOf(file)).toEqual([]);
  });
});
