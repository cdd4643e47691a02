/** The package as users get it: the tarball, installed in a folder of its own. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT, runChecked } from "../harness/run-process.ts";

export interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;
}

/** `deconvnet`, `deconvnet/nets`, ...: all that can be imported, package.json left out. */
export function specifiers(): string[] {
  const subpaths = Object.keys(readManifest().exports).filter((subpath) => subpath !== "./package.json");
  return subpaths.map((subpath) => `deconvnet${subpath.slice(1)}`);
}

export interface Tarball {
  readonly path: string;
  /** Paths of the files in it, sorted. */
  readonly files: readonly string[];
}

/** Packs the checkout into `folder`. */
export async function pack(folder: string): Promise<Tarball> {
  const output = await runChecked("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  const [report] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }];
  return { path: join(folder, report.filename), files: report.files.map(({ path }) => path).sort() };
}

/** Installs the tarball in an empty folder, as a user would. */
export async function install(tarball: string, folder: string, ...flags: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const quiet = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await runChecked("npm", ["install", tarball, ...quiet, ...flags], { cwd: folder });
}

/** Paths from the root of all files in a folder and below. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** What the tarball has to hold, derived from the sources: three files a module, no tests, and what stands beside. */
export function expectedFiles(): string[] {
  const modules = filesBelow("src")
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|^src\/kernels\/assembly\//.test(file))
    .map((file) => `dist/${file.slice("src/".length, -".ts".length)}`);
  const built = modules.flatMap((module) => [`${module}.js`, `${module}.js.map`, `${module}.d.ts`]);
  return [
    ...built,
    ...filesBelow("models"),
    ...filesBelow("examples/photos"),
    "CHANGELOG.md",
    "LICENSE",
    "NOTICE",
    "README.md",
    "package.json",
  ].sort();
}
