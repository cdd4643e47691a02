/** The packages with native code that are looked for at run time: their versions, and whether they load. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { solidImage } from "../image/index.ts";
import { encodePhoto } from "../image/node.ts";
import { loadRuntime } from "../runtime/node.ts";
import { createWebRuntime } from "../runtime/web.ts";

export interface PackageReport {
  readonly name: string;
  readonly purpose: string;
  /** Whether the command line needs it. */
  readonly needed: boolean;
  /** `null` if it is not installed. */
  readonly version: string | null;
  readonly loads: boolean;
  /** Why it does not load; `null` if it does, or is not installed. */
  readonly reason: string | null;
  /** The command that adds it. */
  readonly install: string;
}

interface NativePackage extends Pick<PackageReport, "name" | "purpose" | "needed" | "install"> {
  readonly load: () => unknown;
}

const PACKAGES: readonly NativePackage[] = [
  {
    name: "onnxruntime-node",
    purpose: "runs networks",
    needed: true,
    install: "npm install onnxruntime-node --onnxruntime-node-install=skip",
    load: loadRuntime,
  },
  {
    name: "onnxruntime-web",
    purpose: "runs networks in pages",
    needed: false,
    install: "npm install onnxruntime-web",
    load: () => createWebRuntime(),
  },
  {
    name: "sharp",
    purpose: "reads and writes photos",
    needed: true,
    install: "npm install sharp",
    load: () => encodePhoto(solidImage({ height: 1, width: 1 }, [0, 0, 0]), "png"),
  },
];

export async function checkPackages(): Promise<PackageReport[]> {
  const reports: PackageReport[] = [];
  for (const { load, ...about } of PACKAGES) {
    const version = installedVersion(about.name);
    const failure = version === null ? undefined : await failureOf(load);
    const loads = version !== null && failure === undefined;
    reports.push({ ...about, version, loads, reason: failure ?? null });
  }
  return reports;
}

/** From the package's own package.json, which its `exports` may hide from `require`. */
function installedVersion(name: string): string | null {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const path = join(folder, name, "package.json");
    if (existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
  }
  return null;
}

async function failureOf(load: () => unknown): Promise<string | undefined> {
  try {
    await load();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
