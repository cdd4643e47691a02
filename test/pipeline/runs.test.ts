/** What a training leaves to look at, and `deconvnet runs` on it, as a user runs them. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvaluationFile } from "../../src/evaluate/index.ts";
import { decodePhoto } from "../../src/image/node.ts";
import { writeTinyVoc } from "../builders/tiny-voc.ts";
import { type Finished, runDeconvnet } from "../harness/run-process.ts";
import { readEventFile } from "../reference/event-file.ts";
import { SETTINGS, STEPS, trainCommand } from "./tiny-training.ts";

let folder: string;
const runs = (...args: readonly string[]): Promise<Finished> => runDeconvnet(["runs", ...args], { cwd: folder });
const text = (name: string): Promise<string> => readFile(join(folder, "runs", "a", name), "utf8");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "runs-"));
  const data = join(folder, "shapes");
  await writeTinyVoc(data, { side: 48 });
  await writeFile(join(folder, "tiny.yaml"), SETTINGS);
  const settings = join(folder, "tiny.yaml");
  expect((await trainCommand(data, join(folder, "runs", "a"), [settings])).exit).toBe(0);
  const less = ["--set", "samples=8", "--set", "data.val=none"];
  expect((await trainCommand(data, join(folder, "runs", "b"), [settings, ...less])).exit).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a finished training", () => {
  it("has TensorBoard events of its steps, validations and pictures", async () => {
    const [name] = (await readdir(join(folder, "runs", "a"))).filter((file) => file.includes("tfevents"));
    const events = readEventFile(await readFile(join(folder, "runs", "a", name ?? "")));
    expect(events[0]?.version).toBe("brain.Event:2");
    const [step] = events.filter(({ scalars }) => "train/loss" in scalars);
    expect(step).toMatchObject({
      step: 4,
      scalars: { "train/loss": expect.any(Number), "train/learning rate": expect.closeTo(0.00125, 8) },
    });
    const validations = events.filter(({ scalars }) => "IoU/mean" in scalars);
    expect(validations.map((event) => event.step)).toEqual([16, 32, 48]);
    const steps = events.filter(({ scalars }) => "train/loss" in scalars).map((event) => event.step);
    expect(steps).toEqual(Array.from({ length: STEPS }, (_, i) => 4 * (i + 1)));
    const { meanIoU } = JSON.parse(await text("evaluation.json")) as EvaluationFile;
    expect(validations.at(-1)?.scalars["IoU/mean"]).toBeCloseTo(meanIoU ?? Number.NaN, 6);
    const batches = events.filter(({ images }) => Object.keys(images).some((tag) => tag.startsWith("batch/")));
    expect(batches.map((event) => event.step)).toEqual([0, 4, 8]);
    const batch = batches[0]?.images["batch/1"];
    const decoded = await decodePhoto(batch?.bytes ?? new Uint8Array(), "batch/1");
    expect([decoded.height, decoded.width]).toEqual([batch?.height, batch?.width]);
  });

  it("has a report with its pictures inside", async () => {
    const page = await text("report.html");
    expect(page.match(/<img src="data:image\/jpeg;base64,/g)?.length).toBe(3 + 1 + 1);
    expect(page).toContain("<b>48 of 48</b><span>done</span>");
    expect(page).not.toContain('http-equiv="refresh"');
  });
});

describe("deconvnet runs", () => {
  it("lists runs", async () => {
    const { exit, stdout } = await runs("list");
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      /^run +state +samples +best IoU +at +last IoU +loss +time\nruns\/a +done +48\/48 +[\d.]+ % .*\nruns\/b +done +8\/8 +- /,
    );
    const lines = (await runs("list", "runs/b", "--json")).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { run: "runs/b", state: "done", samples: 8, best: null },
    ]);
  });

  it("compares runs, and draws their curves", async () => {
    const { stdout } = await runs("compare", "runs/a", "runs/b", "--plot", "curves.svg");
    expect(stdout).toMatch(/^ +runs\/a +runs\/b\nstate +done +done\n/);
    expect(stdout).toMatch(/\ndata\.val +val +none\n/);
    expect(stdout).toMatch(/\nsamples +48 +8\n$/m);
    expect(await readFile(join(folder, "curves.svg"), "utf8")).toMatch(/^<svg .*runs\/a [\d.]+</);
  });

  it("shows the runs beside a damaged one", async () => {
    const damaged = join(folder, "runs", "damaged");
    await mkdir(damaged);
    await writeFile(join(damaged, "args.yaml"), "a: [");
    const { exit, stdout, stderr } = await runs("list");
    expect(exit).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual(["run", "runs/a", "runs/b", ""]);
    expect(stderr).toMatch(/^warning: readRun: runs\/damaged\/args\.yaml: expected settings as YAML, got: .*\n$/);
    expect(await runs("list", "runs/damaged")).toMatchObject({ exit: 1, stdout: "" });
    await rm(damaged, { recursive: true });
  });

  it("writes a report again", async () => {
    await rm(join(folder, "runs", "a", "report.html"));
    expect((await runs("report", "runs/a")).stdout).toBe("runs/a/report.html\n");
    expect(await text("report.html")).toContain("<h1>a</h1>");
  });

  it.each<[string, readonly string[], number, RegExp]>([
    [
      "a folder without runs",
      ["list", "shapes"],
      1,
      /expected at least 1 run \(a folder with args\.yaml\) in shapes, got none/,
    ],
    ["nothing to compare", ["compare"], 2, /missing required argument 'folders'/],
    ["a verb that is not there", ["lst"], 2, /unknown command 'lst' \(Did you mean list\?\)/],
  ])("refuses %s in one line", async (_, args, code, message) => {
    const { exit, stderr } = await runs(...args);
    expect(stderr).toMatch(message);
    expect(exit).toBe(code);
  });
});
