/** One training in a run folder at a time. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { OptionError } from "../../errors.ts";

const LOCK = ".lock";

/** Folders that trainings of this process are in: their locks have its own number. */
const held = new Set<string>();

/**
 * Marks a run folder as in use; a mark that a killed process left behind is taken over.
 *
 * @returns What takes the mark away.
 * @throws {OptionError} if another training that lives is in the folder, or nothing can be written there.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = resolve(folder, LOCK);
  const mark = JSON.stringify({ pid: process.pid, host: hostname() });
  if (held.has(path)) throw inUse(folder, process.pid);
  try {
    await writeFile(path, mark, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw notWritable(folder, error as Error);
    const owner = await readOwner(path);
    if (owner !== undefined && isAlive(owner)) throw inUse(folder, owner.pid);
    await writeFile(path, mark).catch((error: Error) => {
      throw notWritable(folder, error);
    });
  }
  held.add(path);
  return async () => {
    held.delete(path);
    await rm(path, { force: true });
  };
}

/** Whether a training is in a run folder; `undefined` if another machine marked it, of which nothing can be known. */
export async function isRunLocked(folder: string): Promise<boolean | undefined> {
  const path = resolve(folder, LOCK);
  if (held.has(path)) return true;
  const owner = await readOwner(path);
  if (owner === undefined) return false;
  return owner.host === hostname() ? isAlive(owner) : undefined;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/** Who holds a lock; `undefined` without a lock, or for half a mark. */
async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [, pid, host] = /^\{"pid":(\d+),"host":("[^"]*")\}$/.exec(text) ?? [];
  return pid === undefined || host === undefined ? undefined : { pid: Number(pid), host: JSON.parse(host) as string };
}

/** Whether the owner is another process of this machine, and runs. */
function isAlive({ pid, host }: Owner): boolean {
  return host === hostname() && pid !== process.pid && isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs for another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function notWritable(folder: string, error: Error): OptionError {
  return new OptionError(
    `lockRun: expected a run folder that can be written to, got ${folder}: ${error.message}. Free space, or make it writable.`,
    { cause: error },
  );
}

function inUse(folder: string, pid: number): OptionError {
  return new OptionError(
    `lockRun: expected a run that no training is in, got ${folder}, where process ${pid} trains. ` +
      `Wait for it or stop it; if it is no training, remove ${join(folder, LOCK)}.`,
  );
}
