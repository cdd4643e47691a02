/** What the machine is: Node, system, processor, memory. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { readManifest } from "./manifest.ts";

export interface Environment {
  readonly deconvnet: string;
  readonly node: { readonly version: string; readonly required: string; readonly ok: boolean };
  readonly platform: { readonly os: string; readonly arch: string };
  /** `usable`: how many of the cores this process may use. */
  readonly cpu: { readonly model: string; readonly cores: number; readonly usable: number };
  /** Bytes; where the process is confined to a part of the memory, that part. */
  readonly memory: { readonly total: number; readonly available: number };
}

export function readEnvironment(nodeVersion: string = process.versions.node): Environment {
  const { version, engines } = readManifest();
  const processors = cpus();
  return {
    deconvnet: version,
    node: { version: nodeVersion, required: engines.node, ok: isAtLeast(nodeVersion, engines.node.replace(/^>=/, "")) },
    platform: { os: process.platform, arch: process.arch },
    cpu: {
      model: processors[0]?.model.trim() ?? "unknown",
      cores: processors.length,
      usable: availableParallelism(),
    },
    memory: { total: totalMemory(), available: process.availableMemory() },
  };
}

/** Without a limit, Node gives 0, nothing, or a number beyond all memory. */
function totalMemory(): number {
  const limit = process.constrainedMemory();
  return limit !== undefined && limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Compares the numbers of two versions such as `20.19` and `20.9.1`, from left to right. */
function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((text) => text.split(".").map((part) => Number.parseInt(part, 10)));
  for (const [position, number] of (need ?? []).entries()) {
    const difference = (have?.[position] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
