/** The built command line as a process: exit codes, interrupts, closed pipes. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ROOT, run, runDeconvnet } from "../harness/run-process.ts";

/** A command line with one command, run by the code of the real one. */
function commandLine(action: string): readonly string[] {
  const built = (file: string): string => JSON.stringify(pathToFileURL(join(ROOT, "dist", "cli", file)).href);
  const script = `
    import { setTimeout as sleep } from "node:timers/promises";
    import { runCommandLine } from ${built("run-command-line.js")};
    import { endQuietlyOnClosedPipe, interruptSignal } from ${built("terminal.js")};
    endQuietlyOnClosedPipe(process.stdout);
    const load = async () => (command, { stdout, signal }) => command.action(async () => { ${action} });
    const terminal = { stdout: process.stdout, stderr: process.stderr, signal: interruptSignal() };
    process.exitCode = await runCommandLine(["work"], [{ name: "work", summary: "", load }], terminal);`;
  return ["--input-type=module", "--eval", script];
}

test("wrong usage is one line on standard error and exit 2", async () => {
  expect(await runDeconvnet(["--halp"])).toEqual({
    exit: 2,
    stdout: "",
    stderr: "deconvnet: unknown option '--halp' (Did you mean --help?)\n",
  });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s lets the command stop in order, and ends with 130", async (name) => {
  const action = `
    stdout.write("working\\n");
    try { await sleep(60_000, undefined, { signal }); } finally { stdout.write("stopped\\n"); }`;
  const onOutput = (text: string, kill: (signal: NodeJS.Signals) => void): void => {
    if (text === "working\n") kill(name);
  };
  const finished = await run(process.execPath, commandLine(action), { onOutput });
  expect(finished).toEqual({ exit: 130, stdout: "working\nstopped\n", stderr: "deconvnet: interrupted\n" });
});

test("a second Ctrl-C ends a command that does not stop", async () => {
  const action = `
    signal.addEventListener("abort", () => stdout.write("deaf\\n"));
    stdout.write("working\\n");
    await sleep(60_000);`;
  const onOutput = (_text: string, kill: (signal: NodeJS.Signals) => void): void => kill("SIGINT");
  const finished = await run(process.execPath, commandLine(action), { onOutput });
  expect(finished).toEqual({ exit: 130, stdout: "working\ndeaf\n", stderr: "" });
});

test("a reader that stops early is no error", async () => {
  const action = 'for (let line = 0; line < 100_000; line++) stdout.write("line " + line + "\\n");';
  const [node, ...args] = [process.execPath, ...commandLine(action)].map(
    (word) => `'${word.replaceAll("'", "'\\''")}'`,
  );
  const pipe = `set -o pipefail; ${node} ${args.join(" ")} | head -n 1`;
  expect(await run("bash", ["-c", pipe])).toEqual({ exit: 0, stdout: "line 0\n", stderr: "" });
});
