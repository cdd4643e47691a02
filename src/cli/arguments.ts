/** Values of options: whole numbers, lists, and settings whose faults are wrong usage. */
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { OptionError } from "../errors.ts";
import { listText, parseClassList } from "../labels/index.ts";

/** Reads a whole number of at least 1. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number of at least 1.");
}

/** Reads whole numbers of at least 1 with commas between them. */
export function parseCounts(text: string): number[] {
  return text.split(",").map((part) => parseCount(part.trim()));
}

/** Reads a share: more than 0, at most 1. */
export function parseShare(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("Expected a number above 0 and at most 1.");
}

/** Reads a probability that is neither 0 nor 1. */
export function parseProbability(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("Expected a number between 0 and 1.");
}

/** Reads names with commas between them. */
export function parseList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("Expected names with commas between them.");
}

/** Reads a whole number of at least 0. */
export function parseSeed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("Expected a whole number of at least 0.");
}

/** Adds a value of an option that may be repeated. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Reads a text file that the user named. */
export async function readNamedFile(path: string, what: string): Promise<string> {
  return listText(await readNamedBytes(path, what));
}

/** Reads a file that the user named. */
export async function readNamedBytes(path: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new OptionError(`expected ${what} at ${path}, got: ${(error as Error).message}.`, { cause: error });
  }
}

/** The class names in a file, one a line. */
export async function readClassNames(path: string): Promise<string[]> {
  return parseClassList(await readNamedFile(path, "a list of classes"), path);
}

/** Runs what checks the user's settings: if it refuses them, the command ends as wrong usage does. */
export function checkUsage<T>(command: Command, check: () => T): T {
  try {
    return check();
  } catch (error) {
    return refuse(command, error);
  }
}

/** As {@link checkUsage}, for settings that are in files. */
export async function checkUsageAsync<T>(command: Command, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    return refuse(command, error);
  }
}

function refuse(command: Command, error: unknown): never {
  if (error instanceof OptionError) command.error(error.message);
  throw error;
}
