/** What the smallest things load: heavy packages only where they are used. bench/startup.bench.ts has the times. */
import { expect, test } from "vitest";
import { ROOT, run } from "../harness/run-process.ts";

const HEAVY = ["zod", "yaml", "sharp", "onnxruntime-node", "onnxruntime-web", "tinyglobby"];

/** Hooks that write the address of every loaded module to standard error. */
const hooks = `import { writeSync } from "node:fs";
export async function load(url, context, next) { writeSync(2, url + "\\n"); return next(url, context); }`;
const asModule = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;
const preload = asModule(`import { register } from "node:module"; register(${JSON.stringify(asModule(hooks))});`);

async function loadedBy(...args: readonly string[]): Promise<{ modules: string[]; packages: string[] }> {
  const { exit, stderr } = await run(process.execPath, ["--import", preload, ...args], { cwd: ROOT });
  expect(exit).toBe(0);
  const modules = stderr.split("\n").filter((line) => line.startsWith("file:"));
  const packages = modules.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return { modules, packages: [...new Set(packages)] };
}

test.each(["--help", "--version"])("deconvnet %s loads the command line's shell and commander only", async (flag) => {
  const { modules, packages } = await loadedBy("dist/cli/main.js", flag);
  expect(packages).toEqual(["commander"]);
  expect(modules.length).toBeLessThan(30);
});

test("importing the package loads nothing heavy", async () => {
  const { packages } = await loadedBy("--input-type=module", "--eval", 'await import("deconvnet");');
  expect(packages.filter((name) => HEAVY.includes(name))).toEqual([]);
  expect(packages).toContain("@bufbuild/protobuf");
});
