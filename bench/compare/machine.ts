/** Where and with what a run was made. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import type { Results } from "./results.ts";

export function describeMachine(
  peers: Readonly<Record<string, string>>,
): Pick<Results, "date" | "commit" | "processor" | "cores" | "versions"> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    versions: { node: process.versions.node, "onnxruntime-node": runtimeVersion(), ...peers },
  };
}

/** Its manifest is not among what it exports. */
function runtimeVersion(): string {
  const entry = createRequire(import.meta.url).resolve("onnxruntime-node");
  const manifest = readFileSync(join(dirname(entry), "../package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
