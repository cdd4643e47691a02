/** The golden runner over the files in engine/, and what it says of files that are damaged, wrong or unknown. */
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSafetensors, writeSafetensors } from "deconvnet/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { globToRegExp } from "../../scripts/golden/glob.ts";
import { parseOptions } from "../../scripts/golden/options.ts";
import { compareNumbers } from "../../scripts/golden/row.ts";
import { runFolder } from "../../scripts/golden/run-folder.ts";
import { ROOT, run } from "../harness/run-process.ts";

const HERE = fileURLToPath(new URL("./engine/", import.meta.url));

async function runOver(dir: string, { filter = "*", strict = false } = {}): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await runFolder({ dir, filter, strict, device: "cpu" }, (line) => lines.push(line));
  return { code, lines };
}

describe("the files in engine/", () => {
  test("all are within their tolerances", { timeout: 120_000 }, async () => {
    const names = (await readdir(HERE)).filter((file) => file.endsWith(".safetensors"));
    const { code, lines } = await runOver(HERE, { strict: true });
    expect(lines.filter((line) => line.includes("FAILED"))).toEqual([]);
    expect(lines).toHaveLength(names.length + 2);
    expect(lines.at(-1)).toBe(`${names.length} ok, 0 failed, 0 not yet`);
    expect(code).toBe(0);
  });

  test("are listed in README.md with their sizes, each below 100 kB", async () => {
    const readme = await readFile(join(HERE, "README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| `([\w-]+)` .*\| +(\d+) +\|$/gm)].map(([, name, bytes]) => [
      name,
      Number(bytes),
    ]);
    const files = (await readdir(HERE)).filter((file) => file.endsWith(".safetensors"));
    const sizes = await Promise.all(
      files.map(async (file) => [file.replace(".safetensors", ""), (await stat(join(HERE, file))).size]),
    );
    expect(listed.sort()).toEqual(sizes.sort());
    for (const [, bytes] of sizes) expect(bytes).toBeLessThan(100_000);
  });
});

describe("other folders", () => {
  let folder = "";
  const path = (name: string): string => join(folder, `${name}.safetensors`);

  /** A copy of a file with something changed. */
  async function change(
    from: string,
    to: string,
    edit: (
      tensors: Map<string, { type: string; shape: readonly number[]; data: { [index: number]: unknown } }>,
      metadata: Map<string, string>,
    ) => void,
  ): Promise<void> {
    const { tensors, metadata } = await readSafetensors(join(HERE, `${from}.safetensors`));
    const [newTensors, newMetadata] = [new Map(tensors), new Map(metadata)];
    edit(newTensors as never, newMetadata);
    await writeSafetensors(path(to), newTensors, newMetadata);
  }

  const lineOf = async (name: string): Promise<string> => (await runOver(folder, { filter: name })).lines[1] ?? "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "deconvnet-golden-"));
    await copyFile(join(HERE, "ops-relu.safetensors"), path("ops-relu-good"));
    await copyFile(join(HERE, "ops-relu.safetensors"), path("ops-relu-cut"));
    await truncate(path("ops-relu-cut"), 500);
    await writeFile(path("ops-relu-text"), "no tensors at all, only words");
    await copyFile(join(HERE, "ops-relu.safetensors"), path("ops-gelu"));
    await change("ops-relu", "ops-relu-wrong", (tensors) => {
      const y = tensors.get("y");
      if (y !== undefined) y.data[7] = 123;
    });
    await change("ops-relu", "ops-relu-more", (tensors) => {
      const y = tensors.get("y");
      if (y !== undefined) tensors.set("y_squared", y);
    });
    await change("ops-relu", "ops-relu-less", (tensors) => tensors.delete("x"));
    await change("ops-conv2d-full", "ops-conv2d-number", (_, metadata) => metadata.set("stride", "two"));
    await change("ops-maxpool-2x2-odd", "ops-maxpool-index", (tensors) => {
      const indices = tensors.get("indices");
      if (indices !== undefined) indices.data[3] = 1n;
    });
  });

  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ["ops-relu-good", /^ops-relu-good +ok /],
    ["ops-relu-cut", /^ops-relu-cut +FAILED .*expected/],
    ["ops-relu-text", /^ops-relu-text +FAILED .*expected/],
    ["ops-relu-wrong", /^ops-relu-wrong +FAILED +2 .* y; 1 of 2 beyond$/],
    ["ops-relu-more", /^ops-relu-more +FAILED .* y_squared was not checked; 1 of 3 beyond$/],
    ["ops-relu-less", /^ops-relu-less +FAILED .*expected a tensor "x" in the file, got none$/],
    ["ops-conv2d-number", /^ops-conv2d-number +FAILED .*expected a number "stride" in the metadata, got two$/],
    ["ops-maxpool-index", /^ops-maxpool-index +FAILED .* exact +indices; 1 of 3 beyond$/],
    ["ops-gelu", /^ops-gelu +not yet +no code runs this kind of case$/],
  ])("%s", async (name, line) => {
    expect(await lineOf(name)).toMatch(line);
  });

  test("a failed case does not stop the others, and decides the exit code", async () => {
    const { code, lines } = await runOver(folder);
    expect(lines.at(-1)).toBe("1 ok, 7 failed, 1 not yet");
    expect(code).toBe(1);
  });

  test("a kind that is not built yet fails only when that is asked for", async () => {
    expect((await runOver(folder, { filter: "*gelu" })).code).toBe(0);
    expect((await runOver(folder, { filter: "*gelu", strict: true })).code).toBe(1);
  });

  test("a glob that matches nothing fails", async () => {
    const { code, lines } = await runOver(folder, { filter: "net-*" });
    expect(code).toBe(1);
    expect(lines).toEqual([`golden: expected files in ${folder} that match "net-*", got none of 9.`]);
  });
});

describe("the command line", () => {
  const golden = (...args: string[]): ReturnType<typeof run> =>
    run(process.execPath, [join(ROOT, "node_modules", "tsx", "dist", "cli.mjs"), "scripts/golden.ts", ...args]);

  test("runs a folder and exits 0", async () => {
    const { exit, stdout, stderr } = await golden("--dir", HERE, "--filter", "ops-relu");
    expect({ exit, stderr, last: stdout.trim().split("\n").at(-1) }).toEqual({
      exit: 0,
      stderr: "",
      last: "1 ok, 0 failed, 0 not yet",
    });
  });

  test("an unknown option: one line, exit 2", async () => {
    const { exit, stdout, stderr } = await golden("--dir", HERE, "--fliter", "ops-*");
    expect({ exit, stdout, stderr }).toEqual({
      exit: 2,
      stdout: "",
      stderr: "golden: unknown option --fliter. Usage: npm run golden -- --dir DIR [--filter GLOB] [--strict] [--device cpu|webgpu|cuda]\n",
    });
  });

  test("a folder that is not there: one line, exit 1", async () => {
    const { exit, stderr } = await golden("--dir", join(HERE, "nowhere"));
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^golden: ENOENT.*nowhere.*\n$/);
  });

  test.each([
    [[], "expected a folder as --dir"],
    [["--dir"], "expected a value for --dir"],
    [["--dir", "a", "--strict=yes"], "expected no value for --strict"],
    [["--dir", "a", "b"], 'expected options only, got "b"'],
    [["-x"], "unknown option -x"],
    [["--dir", "a", "--device", "tpu"], 'expected one of cpu, webgpu, cuda as --device, got "tpu"'],
  ])("%j is refused", (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  test("options are read", () => {
    expect(parseOptions(["--dir=a b", "--strict", "--filter", "net-*"])).toEqual({
      dir: "a b",
      filter: "net-*",
      strict: true,
      device: "cpu",
    });
  });
});

describe("globs", () => {
  test.each([
    ["*", ["", "ops-relu"], []],
    ["ops-*", ["ops-relu", "ops-"], ["xops-relu", "net-ops-relu"]],
    ["net-fcn?s-tiny", ["net-fcn8s-tiny"], ["net-fcn16s-tiny", "net-fcns-tiny"]],
    ["{ops,net}-*", ["ops-relu", "net-x"], ["crf-small"]],
    ["net-{fcn{8,16}s,deconvnet}", ["net-fcn8s", "net-fcn16s", "net-deconvnet"], ["net-fcn", "net-fcn8"]],
    ["[on]*", ["ops", "net"], ["metrics"]],
    ["[!on]*", ["metrics"], ["ops"]],
    ["a.b+(c", ["a.b+(c"], ["axb+(c"]],
    ["[", ["["], ["a"]],
  ])("%s", (glob, matching, others) => {
    expect([...matching, ...others].filter((name) => globToRegExp(glob).test(name))).toEqual(matching);
  });
});

describe("comparing", () => {
  const compare = (ours: number[], stored: number[], atol = 0): boolean =>
    compareNumbers("t", { shape: [ours.length], data: ours }, { shape: [stored.length], data: stored }, atol).ok;

  test.each<[number[], number[], number, boolean]>([
    [[1, 2], [1, 2.5], 0.5, true],
    [[1, 2], [1, 2.5], 0.4, false],
    [[Number.NaN], [1], 1, false],
    [[1], [Number.NaN], 1, false],
    [[Number.NaN], [Number.NaN], 0, true],
    [[Infinity], [Infinity], 0, true],
    [[Infinity], [-Infinity], 1, false],
    [[1], [1, 2], 9, false],
    [[0], [-0], 0, true],
  ])("%j against %j within %d", (ours, stored, atol, ok) => {
    expect(compare(ours, stored, atol)).toBe(ok);
  });

  test("the relative error is that of the largest value, and 0 for what is 0 within its tolerance", () => {
    const row = (ours: number[], stored: number[], atol: number): number =>
      compareNumbers("t", { shape: [2], data: ours }, { shape: [2], data: stored }, atol).maxRel;
    expect(row([1.5, 100], [1, 100], 1)).toBe(0.005);
    expect(row([1e-9, 0], [2e-17, 0], 1e-8)).toBe(0);
  });
});
