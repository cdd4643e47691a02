import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BackendError, DatasetError, OptionError } from "../../errors.ts";
import { readTrainConfig } from "../read-config.ts";
import { RunFolder } from "./run-folder.ts";

let parent: string;
let path: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "runs-"));
  path = join(parent, "deep", "run");
});
afterEach(() => rm(parent, { recursive: true }));

const CONFIG = readTrainConfig("", ["seed=7", "data.classes=[background, 'a, b']"]);
const text = (name: string): Promise<string> => readFile(join(path, name), "utf8");

describe("RunFolder", () => {
  it("keeps the settings as they were", async () => {
    await RunFolder.requireNew(path);
    await RunFolder.create(path, CONFIG);
    expect(await text("args.yaml")).toContain(`# Node ${process.version}\n`);
    expect(readTrainConfig(await text("args.yaml"))).toEqual(CONFIG);
    await writeFile(join(path, "args.yaml"), `node: v18.0.0\n${await text("args.yaml")}`);
    expect(readTrainConfig((await RunFolder.settings(path)).text)).toEqual(CONFIG);
  });

  it("is never written over", async () => {
    await RunFolder.create(path, CONFIG);
    for (const again of [RunFolder.requireNew(path), RunFolder.create(path, CONFIG)]) {
      await expect(again).rejects.toThrow(OptionError);
      await expect(again).rejects.toThrow(`got ${path}, which exists. Pass --resume to go on, or another --run.`);
    }
  });

  it("cannot be made below a file", async () => {
    await writeFile(join(parent, "deep"), "");
    const made = RunFolder.create(path, CONFIG);
    await expect(made).rejects.toThrow(OptionError);
    await expect(made).rejects.toThrow("expected a folder that can be made, got: EEXIST");
  });

  it("is not there if its settings could not be written", async () => {
    const handle = await open(process.execPath);
    await handle.close();
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      syscall: "write",
    });
    vi.spyOn(Object.getPrototypeOf(handle), "write").mockRejectedValueOnce(full);
    await expect(RunFolder.create(path, CONFIG)).rejects.toThrow("a full disk");
    await expect(readdir(path)).rejects.toThrow("ENOENT");
    await (await RunFolder.create(path, CONFIG)).release();
  });

  it("names the log that cannot be written", async () => {
    const run = await RunFolder.create(path, CONFIG);
    await mkdir(run.file("log.jsonl"));
    const logged = run.log({ type: "step" });
    await expect(logged).rejects.toThrow(BackendError);
    await expect(logged).rejects.toThrow(`expected a line more in ${run.file("log.jsonl")}, got: EISDIR`);
  });

  it("keeps the lines of its settings, so that messages name them", async () => {
    await RunFolder.create(path, CONFIG);
    const { text: settings } = await RunFolder.settings(path);
    expect(settings.split("\n").indexOf("seed: 7")).toBe((await text("args.yaml")).split("\n").indexOf("seed: 7"));
  });

  it("is opened only if a run is in it", async () => {
    await expect(RunFolder.open(path)).rejects.toThrow(DatasetError);
    await expect(RunFolder.open(parent)).rejects.toThrow("(with args.yaml) to resume, got");
  });

  it("adds lines to the log, and cuts off half a line that a killed process left", async () => {
    const run = await RunFolder.create(path, CONFIG);
    await run.log({ type: "step", loss: 1 });
    await appendFile(join(path, "log.jsonl"), '{"type":"st');
    await expect(RunFolder.open(path)).rejects.toThrow(/expected a run that no training is in/);
    await run.release();
    await (await RunFolder.open(path)).log({ type: "step", loss: 2 });
    expect(await text("log.jsonl")).toBe('{"type":"step","loss":1}\n{"type":"step","loss":2}\n');
  });

  it("clears temporary files of a killed process, and nothing else", async () => {
    const run = await RunFolder.create(path, CONFIG);
    await writeFile(run.file(".1234.tmp"), "half");
    await writeFile(run.file("notes.tmp"), "mine");
    await run.release();
    await (await RunFolder.open(path)).release();
    expect((await readdir(path)).sort()).toEqual(["args.yaml", "notes.tmp"]);
  });

  it("replaces results from the same sample on", async () => {
    const run = await RunFolder.create(path, CONFIG);
    const scores = (meanIoU: number, iou: number | null) => ({ meanIoU, classes: [{ name: "a, b", iou }] });
    await run.result(10, scores(0.1, null));
    await run.result(20, scores(0.2, 0.5));
    await run.result(30, scores(0.3, 0.5));
    await run.result(20, scores(0.25, 1));
    expect(await text("results.csv")).toBe('samples,meanIoU,"a, b"\n10,0.1,\n20,0.25,1\n');
  });

  it("keeps the order of classes whose names are numbers", async () => {
    const run = await RunFolder.create(path, CONFIG);
    const classes = ["2", "meanIoU", "1"].map((name) => ({ name, iou: null }));
    await run.result(10, { meanIoU: 0.1, classes });
    expect(await text("results.csv")).toBe("samples,meanIoU,2,meanIoU,1\n10,0.1,,,\n");
  });
});
