import { describe, expect, test } from "vitest";
import { readEnvironment } from "./doctor-environment.ts";
import type { PackageReport } from "./doctor-packages.ts";
import {
  describeAbsent,
  describeDevice,
  describePackages,
  describeThreads,
  describeVerdict,
  findProblems,
} from "./doctor-report.ts";

const RUNTIME: PackageReport = {
  name: "onnxruntime-node",
  purpose: "runs networks",
  needed: true,
  version: "1.30.0",
  loads: true,
  reason: null,
  install: "npm install onnxruntime-node --onnxruntime-node-install=skip",
};
const PAGES: PackageReport = { ...RUNTIME, name: "onnxruntime-web", needed: false, install: "npm install web" };
const MISSING = { version: null, loads: false };
const TIMES = { load: 120.4, forward: 3.84, step: 52.4 };
const LOSS = { name: "loss", expected: 2.5, got: 2.6, difference: 0.04, ok: false };
const SCORE = { name: "score of class 1", expected: -1, got: -1, difference: 0, ok: true };

describe("Node's version", () => {
  test.each([
    ["20.19.0", true],
    ["20.20.2", true],
    ["22.1.0", true],
    ["20.9.0", false],
    ["18.20.8", false],
  ])("%s: %s", (version, ok) => {
    expect(readEnvironment(version).node).toEqual({ version, required: ">=20.19", ok });
  });
});

describe("problems", () => {
  const none = { node: readEnvironment().node, packages: [RUNTIME, PAGES], devices: [], absent: [] };

  test("none of a sound machine", () => {
    expect(findProblems(none)).toEqual([]);
  });

  test("an old Node", () => {
    const { node } = readEnvironment("18.20.8");
    expect(findProblems({ ...none, node })).toEqual(["Node 18.20.8 does not fit >=20.19; install a newer one"]);
  });

  test("a package that is needed and missing, or does not load; not one that pages need", () => {
    const packages = [
      { ...RUNTIME, ...MISSING },
      { ...RUNTIME, loads: false },
      { ...PAGES, ...MISSING },
    ];
    expect(findProblems({ ...none, packages })).toEqual([
      "onnxruntime-node is not installed; add it: npm install onnxruntime-node --onnxruntime-node-install=skip",
      "onnxruntime-node does not load; add it: npm install onnxruntime-node --onnxruntime-node-install=skip",
    ]);
  });

  test("a form that differs, and one that does not run", () => {
    const differs = { form: "native", ok: false, times: TIMES, figures: [LOSS, SCORE], error: null } as const;
    const stops = { form: "portable", ok: false, times: null, figures: [], error: "run: expected\na kernel." } as const;
    const devices = [{ device: "cpu", ok: false, forms: [differs, stops], native: null }];
    expect(findProblems({ ...none, devices })).toEqual([
      "cpu, native form: 1 of 2 figures differ",
      "cpu, portable form: does not run: run: expected a kernel.",
    ]);
  });
});

describe("devices", () => {
  const none = { node: readEnvironment().node, packages: [RUNTIME], devices: [] };
  const cuda = { device: "cuda", reason: "cuda: expected the CUDA files,\ngot none." };

  test("one that is not there is a problem only if it was asked for", () => {
    expect(findProblems({ ...none, absent: [{ ...cuda, needed: false }] })).toEqual([]);
    expect(findProblems({ ...none, absent: [{ ...cuda, needed: true }] })).toEqual([
      "cuda is not there: cuda: expected the CUDA files, got none.",
    ]);
    expect(describeAbsent({ ...cuda, needed: false })).toBe(
      "cuda: not there: cuda: expected the CUDA files, got none.\n\n",
    );
  });

  test("one without all operators says which it lacks", () => {
    const native = "createSession: got nodes that it has no kernel for: MaxUnpool (unpool5).";
    expect(describeDevice({ device: "webgpu", ok: true, forms: [], native })).toBe(
      `webgpu, native form: left out: ${native}\n\n`,
    );
  });
});

describe("text", () => {
  test("a device: times, then a row for each figure", () => {
    const figures = [LOSS, SCORE, { ...LOSS, got: null, difference: null }];
    const form = { form: "native", ok: false, times: TIMES, figures, error: null } as const;
    expect(describeDevice({ device: "cpu", ok: false, forms: [form], native: null })).toBe(
      `cpu, native form: loaded in 120 ms, forward 3.8 ms, training step 52 ms
  figure            expected   got        relative difference
  loss              2.500000   2.600000   4.0e-2               differs
  score of class 1  -1.000000  -1.000000  0.0e+0               ok
  loss              2.500000   none                            differs

`,
    );
  });

  test("packages: what is missing, and the line that adds it", () => {
    const broken = { ...RUNTIME, loads: false, reason: "no GLIBC_2.32\nRequire stack" };
    expect(describePackages([RUNTIME, broken, { ...PAGES, ...MISSING }]).split("\n")).toEqual([
      "onnxruntime-node  1.30.0  runs networks  ok",
      `onnxruntime-node  1.30.0  runs networks  does not load (no GLIBC_2.32 Require stack); add it: ${RUNTIME.install}`,
      "onnxruntime-web   -       runs networks  not installed; not needed here; to add it: npm install web",
      "",
      "",
    ]);
  });

  test("threads and verdict", () => {
    expect(describeThreads(2)).toBe("threads of one operator: 2\n\n");
    expect(describeThreads(null)).toBe("threads of one operator: ONNX Runtime's own choice\n\n");
    expect(describeVerdict([])).toBe("verdict: all is well; every figure is within 0.01 %\n");
    expect(describeVerdict(["a", "b"])).toBe("verdict: 2 problems\n- a\n- b\n");
  });
});
