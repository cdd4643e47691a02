import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { collect } from "./arguments.ts";
import type { CommandEntry, ConfigureCommand } from "./command.ts";
import { runCommandLine } from "./run-command-line.ts";

interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The commands whose modules were loaded. */
  readonly loaded: readonly string[];
}

const parseCount = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
};

/** What each test command does, by name. */
const ACTIONS: Readonly<Record<string, ConfigureCommand>> = {
  copy: (command, { stdout }) => {
    command.argument("<file>", "what to copy").option("--count <n>", "how often", parseCount, 1);
    command.option("--tag <text>", "may be repeated", collect, []);
    command.action((file: string, options: { count: number }) => void stdout.write(`${file} x ${options.count}\n`));
  },
  fail: (command) => {
    command.action(() => {
      throw new FormatError("readCopy: expected 8 bytes,\n  got 7. Copy it again.", { cause: new Error("short read") });
    });
  },
  open: (command) => {
    command.action(async () => {
      await import("node:fs/promises").then(({ readFile }) => readFile("/absent/file"));
    });
  },
  bug: (command) => {
    command.action(() => {
      throw new TypeError("x is undefined");
    });
  },
  wait: (command, { signal }) => {
    command.action(() => signal.throwIfAborted());
  },
};

async function run(args: readonly string[], signal = new AbortController().signal): Promise<Outcome> {
  const loaded: string[] = [];
  const commands: CommandEntry[] = Object.entries(ACTIONS).map(([name, configure]) => ({
    name,
    summary: `the command ${name}`,
    load: async () => {
      loaded.push(name);
      return configure;
    },
  }));
  let [stdout, stderr] = ["", ""];
  const exit = await runCommandLine(args, commands, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal,
  });
  return { exit, stdout, stderr, loaded };
}

describe("help and version", () => {
  test("--help lists every command and loads none", async () => {
    const { exit, stdout, loaded } = await run(["--help"]);
    expect({ exit, loaded }).toEqual({ exit: 0, loaded: [] });
    for (const name of Object.keys(ACTIONS)) expect(stdout).toContain(`the command ${name}`);
  });

  test("--version prints the version of package.json", async () => {
    const { exit, stdout, stderr } = await run(["--version"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    ["copy", "--help"],
    ["help", "copy"],
  ])("%s %s shows the command's options and --debug", async (...args) => {
    const { exit, stdout, loaded } = await run(args);
    expect({ exit, loaded }).toEqual({ exit: 0, loaded: ["copy"] });
    expect(stdout).toMatch(/--count <n> +how often \(default: 1\)\n +--tag <text> +may be repeated\n[\s\S]*--debug/);
  });
});

describe("a command", () => {
  test("gets its arguments and options; others are not loaded", async () => {
    expect(await run(["copy", "a.png", "--count", "3"])).toEqual({
      exit: 0,
      stdout: "a.png x 3\n",
      stderr: "",
      loaded: ["copy"],
    });
  });
});

describe("wrong usage is one line and exit 2", () => {
  test.each([
    [["cpoy"], "deconvnet: unknown command 'cpoy' (Did you mean copy?)\n"],
    [["copy", "a", "--cuont", "2"], "deconvnet: unknown option '--cuont' (Did you mean --count?)\n"],
    [["--dbug"], "deconvnet: unknown option '--dbug' (Did you mean --debug?)\n"],
    [["copy"], "deconvnet: missing required argument 'file'\n"],
    [["copy", "a", "b"], "deconvnet: too many arguments for 'copy'. Expected 1 argument but got 2.\n"],
    [["copy", "a", "--count"], "deconvnet: option '--count <n>' argument missing\n"],
    [
      ["copy", "a", "--count", "many"],
      "deconvnet: option '--count <n>' argument 'many' is invalid. Expected a whole number.\n",
    ],
  ])("%j", async (args, stderr) => {
    expect(await run(args)).toMatchObject({ exit: 2, stdout: "", stderr });
  });

  test("no command at all shows the help on standard error", async () => {
    const { exit, stdout, stderr } = await run([]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain("Usage: deconvnet");
  });
});

describe("a failure is one line and exit 1", () => {
  test("an error of the library", async () => {
    const stderr = "deconvnet: readCopy: expected 8 bytes, got 7. Copy it again.\n";
    expect(await run(["fail"])).toMatchObject({ exit: 1, stdout: "", stderr });
  });

  test.each([
    ["fail", "--debug"],
    ["--debug", "fail"],
  ])("%s %s adds the stack and the cause", async (...args) => {
    const { exit, stderr } = await run(args);
    expect(exit).toBe(1);
    expect(stderr).toMatch(
      /^deconvnet: readCopy: .*\nFormatError: readCopy[\s\S]* {4}at [\s\S]*cause[\s\S]*short read/,
    );
  });

  test("a file that is not there", async () => {
    const stderr = "deconvnet: ENOENT: no such file or directory, open '/absent/file'\n";
    expect(await run(["open"])).toMatchObject({ exit: 1, stderr });
  });

  test("a fault of the program itself says so", async () => {
    const { exit, stderr } = await run(["bug"]);
    expect(exit).toBe(1);
    expect(stderr).toBe(
      "deconvnet: internal error, please report it with the output of --debug: TypeError: x is undefined\n",
    );
  });
});

test("Ctrl-C is exit 130", async () => {
  const stderr = "deconvnet: interrupted\n";
  expect(await run(["wait"], AbortSignal.abort())).toMatchObject({ exit: 130, stdout: "", stderr });
});
