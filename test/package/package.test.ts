/** The tarball, installed in an empty folder: imports, types, the command line; then without optional packages. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PUBLIC_FOLDERS } from "../../scripts/biome/layers.ts";
import { type Finished, ROOT, run, runChecked } from "../harness/run-process.ts";
import { expectedFiles, install, pack, readManifest, specifiers, type Tarball } from "./packed.ts";

const bin = (name: string): string => join(ROOT, "node_modules", ".bin", name);

let temporary = "";
let tarball: Tarball;

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), "deconvnet-package-"));
  tarball = await pack(temporary);
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Runs an ES module's text in a folder. */
function evaluate(folder: string, script: string): Promise<Finished> {
  return run(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder });
}

/** Imports each specifier and prints how many names it exports. */
const IMPORT_ALL = `for (const specifier of ${JSON.stringify(specifiers())}) {
  console.log(specifier, Object.keys(await import(specifier)).length > 0);
}`;
const ALL_IMPORTED = specifiers()
  .map((specifier) => `${specifier} true\n`)
  .join("");

describe("the tarball", () => {
  test("holds every built module, the models and the papers, and nothing else", () => {
    expect(tarball.files).toEqual(expectedFiles());
  });

  test("is right for bundlers and Node (publint)", async () => {
    const bytes = readFileSync(tarball.path);
    const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test("has types that every resolver finds (arethetypeswrong)", async () => {
    await runChecked(bin("attw"), [tarball.path, "--profile", "esm-only", "--no-definitely-typed"]);
  });

  test("exports every public folder that exists", () => {
    const existing = PUBLIC_FOLDERS.filter((folder) => existsSync(join(ROOT, "src", folder, "index.ts")));
    const exported = Object.keys(readManifest().exports);
    expect(exported.toSorted()).toEqual(
      [
        ...[".", "./node", "./web", "./crf/node", "./crf/web", "./package.json"],
        ...existing.map((folder) => `./${folder}`),
      ].sort(),
    );
  });
});

describe("installed", () => {
  let folder = "";

  beforeAll(async () => {
    folder = join(temporary, "full");
    await install(tarball.path, folder);
  });

  test("every subpath can be imported", async () => {
    expect(await evaluate(folder, IMPORT_ALL)).toEqual({ exit: 0, stdout: ALL_IMPORTED, stderr: "" });
  });

  test.each([
    { where: "Node", types: ["node"], subpaths: specifiers() },
    { where: "a page", types: [], subpaths: specifiers().filter((specifier) => !specifier.endsWith("/node")) },
  ])("types resolve in $where, those of dependencies included", async ({ where, types, subpaths }) => {
    const project = join(folder, where.replace(" ", "-"));
    mkdirSync(project);
    const imports = subpaths.map((specifier, index) => `import * as m${index} from "${specifier}";`);
    const uses = subpaths.map((_, index) => `m${index}`);
    writeFileSync(join(project, "consumer.ts"), `${imports.join("\n")}\nexport const all = [${uses.join(", ")}];\n`);
    const compilerOptions = {
      ...{
        target: "es2023",
        lib: ["es2023", "dom", "esnext.disposable"],
        module: "nodenext",
        strict: true,
        noEmit: true,
      },
      ...{ types, typeRoots: [join(ROOT, "node_modules", "@types")] },
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    expect(await run(bin("tsc"), ["-p", project])).toEqual({ exit: 0, stdout: "", stderr: "" });
  });

  test("the command is linked and knows its version", async () => {
    const command = join(folder, "node_modules", ".bin", "deconvnet");
    expect((await run(command, ["--version"])).stdout).toBe(`${readManifest().version}\n`);
  });

  test("a model of the package can be shown", async () => {
    const models = join(folder, "node_modules", "deconvnet", "models");
    const model = readdirSync(models).find((file) => file.endsWith(".safetensors")) as string;
    const command = join(folder, "node_modules", ".bin", "deconvnet");
    const { exit, stdout } = await run(command, ["info", join(models, model), "--json"]);
    expect(exit).toBe(0);
    expect((JSON.parse(stdout) as { tensors: unknown[] }).tensors.length).toBeGreaterThan(0);
  });

  test("the command segments a photo with the model of the package", async () => {
    const command = join(folder, "node_modules", ".bin", "deconvnet");
    const photo = join(folder, "node_modules", "deconvnet", "examples", "photos", "kitten.jpg");
    const { exit, stdout } = await run(command, ["segment", photo, "--out", join(folder, "labels"), "--json"]);
    expect(exit).toBe(0);
    const { photos } = JSON.parse(stdout) as { photos: { classes: { name: string; share: number }[] }[] };
    const cat = photos[0]?.classes.find(({ name }) => name === "cat");
    expect(cat?.share).toBeGreaterThan(0.05);
  });

  test("the examples of the README run", async () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const [segmenting, training] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
    copyFileSync(join(ROOT, "examples/photos/kitten.jpg"), join(folder, "cat.jpg"));
    const segmented = await evaluate(folder, segmenting as string);
    expect(segmented).toMatchObject({ exit: 0, stderr: "" });
    expect(segmented.stdout).toMatch(/name: 'cat', pixels: \d{4,}/);
    const trained = await evaluate(folder, training as string);
    expect(trained).toMatchObject({ exit: 0, stderr: "" });
    expect(trained.stdout).toMatch(/^step 1: loss \d\.\d+\n[\s\S]*\[ 1, 2, 32, 32 \]\n$/);
  });
});

describe("installed without optional packages", () => {
  let folder = "";

  beforeAll(async () => {
    folder = join(temporary, "bare");
    await install(tarball.path, folder, "--omit=optional");
    expect(readdirSync(join(folder, "node_modules"))).not.toContain("onnxruntime-node");
  });

  test("every subpath can be imported", async () => {
    expect(await evaluate(folder, IMPORT_ALL)).toEqual({ exit: 0, stdout: ALL_IMPORTED, stderr: "" });
  });

  test("the doctor says for each how to add it, on one line of error, and exits 1", async () => {
    const { exit, stdout, stderr } = await run(join(folder, "node_modules", ".bin", "deconvnet"), ["doctor"]);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^onnxruntime-node +- .*npm install onnxruntime-node --onnxruntime-node-install=skip$/m);
    expect(stdout).toMatch(/^sharp +\d+\.\d+\.\d+ .* does not load .*npm install sharp$/m);
    expect(stderr).toMatch(
      /^deconvnet: doctor: [^\n]*onnxruntime-node is not installed[^\n]*sharp does not load[^\n]*\n$/,
    );
  });

  test.each([
    ["the runtime", "nodeRuntime.open(new Uint8Array(8), {})", /^ERR_BACKEND .*npm install onnxruntime-node --onnx/],
    ["sharp", 'decodePhoto(Uint8Array.of(0xff, 0xd8, 0xff), "a.jpg")', /^ERR_BACKEND .*npm install sharp/],
  ])("what needs %s says in one line how to add it", async (_, call, message) => {
    const script = `import { decodePhoto, nodeRuntime } from "deconvnet/node";
      await ${call}.catch((error) => process.stdout.write(error.code + " " + error.message));`;
    const { exit, stdout, stderr } = await evaluate(folder, script);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(message);
    expect(stdout).not.toContain("\n");
  });
});
