/** `deconvnet evaluate` on a terminal, in this process. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drawShapes, writeTinyVoc } from "../../test/builders/tiny-voc.ts";
import { encodeLabelMap, labelMap } from "../labels/index.ts";
import { COMMANDS } from "./commands.ts";
import { runCommandLine } from "./run-command-line.ts";

/** Back to the start of the line, and everything in it erased. */
const ERASE = "\r\u001B[2K";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluate-terminal-"));
  await writeTinyVoc(join(folder, "shapes"), { side: 16 });
  await mkdir(join(folder, "out"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(): Promise<{ exit: number; screen: string }> {
  let screen = "";
  const output = { isTTY: true, columns: 80, write: (text: string) => (screen += text) };
  const args = ["--data", join(folder, "shapes"), "--split", "val", "--predictions", join(folder, "out")];
  const { signal } = new AbortController();
  const exit = await runCommandLine(["evaluate", ...args], COMMANDS, { stdout: output, stderr: output, signal });
  return { exit, screen };
}

it("takes its progress off the screen before the table, and before an error", async () => {
  for (const i of [6, 7]) {
    const { height, width } = drawShapes(1, i, 16).labels;
    const background = labelMap(new Uint8Array(height * width), height, width);
    await writeFile(join(folder, `out/shapes_000${i}.png`), encodeLabelMap(background));
  }
  const good = await run();
  expect(good.exit).toBe(0);
  expect(good.screen).toContain(`${ERASE}class `);
  await writeFile(join(folder, "out/shapes_0007.png"), encodeLabelMap(labelMap(new Uint8Array(6), 2, 3)));
  const bad = await run();
  expect(bad.exit).toBe(1);
  expect(bad.screen).toContain(`${ERASE}deconvnet: `);
});
