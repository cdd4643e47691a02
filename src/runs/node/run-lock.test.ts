import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OptionError } from "../../errors.ts";
import { isRunLocked, lockRun } from "./run-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const writeMark = (pid: number, host = hostname()) => writeFile(join(folder, ".lock"), JSON.stringify({ pid, host }));

it("lets one training in at a time", async () => {
  const release = await lockRun(folder);
  expect(await isRunLocked(folder)).toBe(true);
  await expect(lockRun(folder)).rejects.toThrow(OptionError);
  await expect(lockRun(folder)).rejects.toThrow(`where process ${process.pid} trains. Wait for it or stop it`);
  await release();
  expect(await readdir(folder)).toEqual([]);
  expect(await isRunLocked(folder)).toBe(false);
  await (await lockRun(folder))();
});

it("keeps out while the other process lives, and takes over from one that is gone", async () => {
  const other = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const { pid = 0 } = other;
  await writeMark(pid);
  await expect(lockRun(folder)).rejects.toThrow(`process ${pid} trains`);
  expect(await isRunLocked(folder)).toBe(true);
  const gone = new Promise((resolve) => other.once("close", resolve));
  other.kill("SIGKILL");
  await gone;
  expect(await isRunLocked(folder)).toBe(false);
  await (await lockRun(folder))();
});

it("takes over from another machine, from a process that had this one's number, and from half a mark", async () => {
  for (const [write, isLocked] of [
    [() => writeMark(1, "another"), undefined],
    [() => writeMark(process.pid), false],
    [() => writeFile(join(folder, ".lock"), '{"pid'), false],
  ] as const) {
    await write();
    expect(await isRunLocked(folder)).toBe(isLocked);
    await (await lockRun(folder))();
  }
});
