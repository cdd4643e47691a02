/** Runs a program as a user would, and collects what it writes. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Finished {
  /** Exit code, or the name of the signal that ended the program. */
  readonly exit: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each piece of standard output. */
  readonly onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** The environment without what `npm test` itself puts there, which would steer an npm below it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => {
    return !/^(npm_(package|lifecycle|config_local_prefix|config_prefix|command|execpath)|INIT_CWD|VITEST)/.test(name);
  });
  return Object.fromEntries(inherited);
}

export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const env = { ...cleanEnvironment(), NO_COLOR: "1", ...options.env };
  const child = spawn(program, args, { cwd: options.cwd ?? ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    options.onOutput?.(text, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ exit: code ?? signal ?? "SIGKILL", stdout, stderr }));
  });
}

/** Runs the built command line. */
export function runDeconvnet(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return run(process.execPath, [COMMAND, ...args], options);
}

/** Runs it and expects success; the error shows what the program wrote. */
export async function runChecked(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { exit, stdout, stderr } = await run(program, args, options);
  if (exit !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${exit}:\n${stdout}${stderr}`);
  return stdout;
}
