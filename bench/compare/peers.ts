/** The tools to compare with: what is installed of them, how their programs are started, and how to get the others. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "./measured-process.ts";

const FOLDER = relative(process.cwd(), join(import.meta.dirname, "../peers"));
const HINT = "bench/peers/README.md says how to get it";

export interface Peers {
  readonly versions: Readonly<Record<string, string>>;
  /** The command of a Python program that needs a package, or why there is none. */
  python(program: string, ...packages: readonly string[]): Command | string;
  /** The same of a Node program. */
  node(program: string, name: string): Command | string;
}

export function findPeers(): Peers {
  const python = process.env["PEERS_PYTHON"];
  const pythonVersions = python === undefined ? {} : readPythonVersions(python);
  const versions = { ...pythonVersions, ...readNodeVersions() };
  const needing = (packages: readonly string[], command: Command): Command | string => {
    const missing = packages.find((name) => !(name in versions));
    return missing === undefined ? command : `${missing} is not installed; ${HINT}`;
  };
  return {
    versions,
    python: (program, ...packages) =>
      python === undefined ? `PEERS_PYTHON is not set; ${HINT}` : needing(packages, [python, join(FOLDER, program)]),
    node: (program, name) => needing([name], [process.execPath, join(FOLDER, program)]),
  };
}

function readPythonVersions(python: string): Record<string, string> {
  const output = execFileSync(python, [join(FOLDER, "versions.py")], { encoding: "utf8" });
  const found = JSON.parse(output) as Record<string, string | null>;
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== null));
}

function readNodeVersions(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(FOLDER, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const installed = Object.keys(manifest.dependencies).filter((name) => existsSync(manifestOf(name)));
  return Object.fromEntries(
    installed.map((name) => [
      name,
      (JSON.parse(readFileSync(manifestOf(name), "utf8")) as { version: string }).version,
    ]),
  );
}

function manifestOf(name: string): string {
  return join(FOLDER, "node_modules", name, "package.json");
}
