/** `deconvnet doctor` as a user runs it, on this machine and on one where packages are missing. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Finished, ROOT, run, runDeconvnet } from "../harness/run-process.ts";

const FIGURE = z.strictObject({
  name: z.string(),
  expected: z.number(),
  got: z.number().nullable(),
  difference: z.number().nonnegative().nullable(),
  ok: z.boolean(),
});
const TIMES = z.strictObject({ load: z.number(), forward: z.number(), step: z.number() });
const FORM = z.strictObject({
  form: z.enum(["native", "portable"]),
  ok: z.boolean(),
  times: TIMES.nullable(),
  figures: z.array(FIGURE),
  error: z.string().nullable(),
});
const PACKAGE = z.strictObject({
  name: z.string(),
  purpose: z.string(),
  needed: z.boolean(),
  version: z.string().nullable(),
  loads: z.boolean(),
  reason: z.string().nullable(),
  install: z.string().startsWith("npm install "),
});
const REPORT = z.strictObject({
  deconvnet: z.string(),
  node: z.strictObject({ version: z.literal(process.versions.node), required: z.string(), ok: z.boolean() }),
  platform: z.strictObject({ os: z.literal(process.platform), arch: z.literal(process.arch) }),
  cpu: z.strictObject({ model: z.string(), cores: z.int().positive(), usable: z.int().positive() }),
  memory: z.strictObject({ total: z.int().positive(), available: z.int().positive() }),
  packages: z.array(PACKAGE),
  threads: z.int().positive().nullable(),
  devices: z.array(
    z.strictObject({ device: z.string(), ok: z.boolean(), forms: z.array(FORM), native: z.string().nullable() }),
  ),
  absent: z.array(z.strictObject({ device: z.string(), reason: z.string(), needed: z.boolean() })),
  problems: z.array(z.string()),
  ok: z.boolean(),
});

/** The command with a stored loss that is wrong by a half, passed in as its parameter. */
function runWithWrongReference(...args: readonly string[]): Promise<Finished> {
  const built = (file: string): string => JSON.stringify(pathToFileURL(join(ROOT, "dist", file)).href);
  const script = `
    import { runCommandLine } from ${built("cli/run-command-line.js")};
    import { doctorCommand } from ${built("cli/doctor.js")};
    import { REFERENCE_FIGURES } from ${built("doctor/index.js")};
    const reference = REFERENCE_FIGURES.map((figure) =>
      figure.name === "loss after the step" ? { ...figure, value: 1.5 * figure.value } : figure);
    const commands = [{ name: "doctor", summary: "", load: async () => doctorCommand({ reference }) }];
    const terminal = { stdout: process.stdout, stderr: process.stderr, signal: new AbortController().signal };
    process.exitCode = await runCommandLine(${JSON.stringify(["doctor", "--device", "cpu", ...args])}, commands, terminal);`;
  return run(process.execPath, ["--input-type=module", "--eval", script]);
}

describe("on a sound machine", () => {
  test("every figure of both forms is ok, and so is the verdict", async () => {
    const { exit, stdout, stderr } = await runDeconvnet(["doctor", "--device", "cpu"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^Node +\d+\.\d+\.\d+, >=20\.19 is needed: ok$/m);
    expect(stdout).toMatch(/^processor +\S.*, \d+ cores$|^processor +\S.*, \d+ of \d+ cores$/m);
    expect(stdout).toMatch(/^memory +\d+\.\d GB, \d+\.\d GB available$/m);
    for (const name of ["onnxruntime-node", "onnxruntime-web", "sharp"])
      expect(stdout).toMatch(new RegExp(`^${name} +\\d+\\.\\d+\\.\\d+ .* ok$`, "m"));
    for (const form of ["native", "portable"])
      expect(stdout).toMatch(
        new RegExp(`^cpu, ${form} form: loaded in [\\d.]+ ms, forward [\\d.]+ ms, training step [\\d.]+ ms$`, "m"),
      );
    expect(stdout.match(/^ {2}(loss|score|norm|root) .* +ok$/gm)).toHaveLength(24);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("verdict: all is well; every figure is within 0.01 %");
  });

  test("--json prints one object with the figures of each form", async () => {
    const { exit, stdout, stderr } = await runDeconvnet(["doctor", "--device", "cpu", "--json"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const report = REPORT.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ ok: true, problems: [], node: { ok: true } });
    expect(report.devices.map(({ device }) => device)).toEqual(["cpu"]);
    for (const { figures } of report.devices[0]?.forms ?? []) {
      const losses = new Map(figures.map(({ name, got }) => [name, got ?? Number.NaN]));
      expect(losses.get("loss after the step")).toBeLessThan(0.9 * (losses.get("loss before the step") ?? 0));
      // Float32 differs from the stored float64 figures by far less than what is allowed.
      for (const { difference } of figures) expect(difference).toBeLessThan(2e-5);
    }
  });
});

describe("a figure that differs", () => {
  const error =
    "deconvnet: doctor: expected no problem, got 2 problems: " +
    "cpu, native form: 1 of 12 figures differ; cpu, portable form: 1 of 12 figures differ.\n";

  test("is a row of its own, the verdict, one line of error and exit 1", async () => {
    const { exit, stdout, stderr } = await runWithWrongReference();
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: error });
    expect(stdout.match(/^ {2}loss after the step +3\.6\d+ +2\.4\d+ +3\.3e-1 +differs$/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^verdict: 2 problems\n- cpu, native form: 1 of 12 figures differ$/m);
  });

  test("is said in JSON too", async () => {
    const { exit, stdout, stderr } = await runWithWrongReference("--json");
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: error });
    const { ok, problems, devices } = REPORT.parse(JSON.parse(stdout));
    expect({ ok, problems: problems.length }).toEqual({ ok: false, problems: 2 });
    expect(devices[0]?.forms.map(({ figures }) => figures.filter((figure) => !figure.ok).length)).toEqual([1, 1]);
  });
});

describe("where the runtime and sharp are missing", () => {
  let folder = "";

  /** The built package beside links to everything that it imports but those two. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "deconvnet-doctor-"));
    cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
    mkdirSync(join(folder, "node_modules"));
    for (const name of readdirSync(join(ROOT, "node_modules"))) {
      const left = name.startsWith(".") || name.startsWith("onnxruntime-") || name === "sharp" || name === "deconvnet";
      if (!left) symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("says for each how to add it, runs no check, and exits 1", async () => {
    const { exit, stdout, stderr } = await run(process.execPath, [join(folder, "dist", "cli", "main.js"), "doctor"]);
    const add = "npm install onnxruntime-node --onnxruntime-node-install=skip";
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr:
        `deconvnet: doctor: expected no problem, got 2 problems: onnxruntime-node is not installed; add it: ${add}; ` +
        "sharp is not installed; add it: npm install sharp.\n",
    });
    expect(stdout).toMatch(/^onnxruntime-node +- .* not installed; add it: npm install onnxruntime-node --onnx/m);
    expect(stdout).toMatch(/^onnxruntime-web +- .* not needed here; to add it: npm install onnxruntime-web$/m);
    expect(stdout).not.toContain("form:");
  });
});
