import { Command, CommanderError, InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { FormatError, OptionError } from "../errors.ts";
import {
  checkUsage,
  checkUsageAsync,
  collect,
  parseCount,
  parseCounts,
  parseList,
  parseShare,
  readNamedFile,
} from "./arguments.ts";

test.each(["0", "-1", "1.5", "", "x", "1e3", "99999999999999999999"])("%j is no count", (text) => {
  expect(() => parseCount(text)).toThrow(InvalidArgumentError);
});

test.each(["0", "-1", "1.01", "", " ", "x", "NaN"])("%j is no share", (text) => {
  expect(() => parseShare(text)).toThrow(InvalidArgumentError);
});

test("counts and repeated options", () => {
  expect(parseCount("100000000")).toBe(1e8);
  expect(["1", "0.0075", "1e-3"].map(parseShare)).toEqual([1, 0.0075, 0.001]);
  expect(collect("b", collect("a", []))).toEqual(["a", "b"]);
});

test("names with commas", () => {
  expect(parseList("train, val")).toEqual(["train", "val"]);
  expect(() => parseList("train,,val")).toThrow(InvalidArgumentError);
});

test("counts with commas", () => {
  expect(["192", "160, 192,224"].map(parseCounts)).toEqual([[192], [160, 192, 224]]);
  for (const text of ["", "160,", "160,0", "160 192"]) expect(() => parseCounts(text)).toThrow(InvalidArgumentError);
});

test("a file that cannot be read", async () => {
  await expect(readNamedFile("no/file", "a list")).rejects.toThrow(OptionError);
  await expect(readNamedFile("no/file", "a list")).rejects.toThrow("expected a list at no/file, got: ENOENT");
});

describe("checkUsage", () => {
  const check = (action: () => number): number =>
    checkUsage(new Command().exitOverride().configureOutput({ writeErr: () => {} }), action);

  test("gives back what the check gives", () => {
    expect(check(() => 7)).toBe(7);
  });

  test("makes a bad option wrong usage, and leaves other errors", () => {
    const refuse = (error: Error) => (): number => {
      throw error;
    };
    expect(() => check(refuse(new OptionError("x")))).toThrow(CommanderError);
    expect(() => check(refuse(new FormatError("x")))).toThrow(FormatError);
  });

  test("does the same for checks that read files", async () => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    expect(await checkUsageAsync(command, () => Promise.resolve(7))).toBe(7);
    await expect(checkUsageAsync(command, () => Promise.reject(new OptionError("x")))).rejects.toThrow(CommanderError);
    await expect(checkUsageAsync(command, () => Promise.reject(new FormatError("x")))).rejects.toThrow(FormatError);
  });
});
