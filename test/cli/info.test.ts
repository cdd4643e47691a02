/** `deconvnet info` as a user runs it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeModel, GraphBuilder } from "../../src/onnx/index.ts";
import { writeEdgeForest, writeOpenCvForest } from "../../src/proposals/index.ts";
import { ROOT, runDeconvnet } from "../harness/run-process.ts";
import { syntheticForest } from "../synthetic-forest.ts";

const MODEL = join("models", "vgg16-conv1-conv3.safetensors");

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deconvnet-info-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file and shows it. */
function infoOf(name: string, bytes: Uint8Array | string): ReturnType<typeof runDeconvnet> {
  writeFileSync(join(folder, name), bytes);
  return runDeconvnet(["info", name], { cwd: folder });
}

test("a weight file of the package: metadata, a table of tensors, totals", async () => {
  const { exit, stdout, stderr } = await runDeconvnet(["info", MODEL]);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(stdout).toMatch(/^architecture +vgg16$/m);
  expect(stdout).toMatch(/^conv1_1\.weight +F16 +\[64, 3, 3, 3\] +1,728 +3,456$/m);
  expect(stdout).toMatch(/^in all: 14 tensors, 1,735,488 values, \d[\d,]* bytes\n$/m);
});

test("--json prints the same as JSON", async () => {
  const { exit, stdout } = await runDeconvnet(["info", MODEL, "--json"]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    file: MODEL,
    fileBytes: readFileSync(join(ROOT, MODEL)).length,
    metadata: { architecture: "vgg16" },
    totals: { tensors: 14, values: 1735488 },
  });
});

test("a forest: what it is made of, what it was trained on and its terms", async () => {
  const forest = { ...syntheticForest(1, 4, 2), description: "Drawn by hand. Terms: none." };
  for (const [name, bytes] of [
    ["own.forest", await writeEdgeForest(forest)],
    ["own.yml.gz", await writeOpenCvForest(forest)],
  ] as const) {
    const { exit, stdout, stderr } = await infoOf(name, bytes);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain(
      `${name}\n\ntrees        4, of which 2 vote at each place\nnodes        28, of which 16 leaves\n`,
    );
    expect(stdout).toMatch(/^description {2}Drawn by hand\. Terms: none\.\n$/m);
    const { stdout: json } = await runDeconvnet(["info", name, "--json"], { cwd: folder });
    expect(JSON.parse(json)).toMatchObject({ file: name, trees: 4, depth: 2, description: forest.description });
  }
  const damaged = await infoOf("cut.forest", (await writeEdgeForest(forest)).subarray(0, 60));
  expect(damaged.exit).toBe(1);
  expect(damaged.stderr).toMatch(/^deconvnet: info: cut\.forest: readForest: expected intact gzip data[^\n]*\n$/);
});

const model = (): Uint8Array => {
  const g = new GraphBuilder("tiny");
  g.output(g.op("Relu", [g.input("x", "float32", [1])]));
  return encodeModel(g.build());
};

test.each([
  {
    what: "an ONNX model",
    name: "net.onnx",
    bytes: model(),
    message: /^info: expected a \.safetensors file, got an ONNX model at net\.onnx\. Give the weight file /,
  },
  {
    what: "a text",
    name: "notes.txt",
    bytes: "no weights in here, only words",
    message: /^openSafetensors: expected a header of 2 to 22 bytes .* in notes\.txt\. .* not a safetensors file\.$/,
  },
  {
    what: "an empty file",
    name: "empty.safetensors",
    bytes: "",
    message:
      /^openSafetensors: expected at least 8 bytes .*, got 0 bytes in empty\.safetensors\. The file is truncated/,
  },
  {
    what: "half of a file",
    name: "half.safetensors",
    bytes: readFileSync(join(ROOT, MODEL)).subarray(0, 2 ** 20),
    message:
      /^openSafetensors: expected tensor "conv3_1\.weight" to end within .* in half\.safetensors\. The file is truncated/,
  },
])("$what is one line and exit 1", async ({ name, bytes, message }) => {
  const { exit, stdout, stderr } = await infoOf(name, bytes);
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
  expect(stderr).toMatch(/^deconvnet: [^\n]*\n$/);
  expect(stderr.slice("deconvnet: ".length).trimEnd()).toMatch(message);
});

test("a file that is not there, and a folder", async () => {
  expect(await runDeconvnet(["info", "absent.safetensors"], { cwd: folder })).toEqual({
    exit: 1,
    stdout: "",
    stderr:
      "deconvnet: openSafetensors: expected a readable file, got no such file at absent.safetensors. Check the path.\n",
  });
  const { exit, stderr } = await runDeconvnet(["info", "."], { cwd: folder });
  expect(exit).toBe(1);
  expect(stderr).toMatch(/^deconvnet: openSafetensors: expected a file, got a folder or device at \.\.? [^\n]*\n$/);
});
