/** The import rules: which specifiers a file may not import, with a message for each rule. */
import { FOLDERS, importable, levelOf } from "./layers.ts";

/** One entry of Biome's `noRestrictedImports` patterns: gitignore-style globs over the specifier. */
export interface ImportPattern {
  readonly group: readonly string[];
  readonly message: string;
}

/** Whether a file of src/ also runs in a page (`portable`) or in Node only (`node.ts`, `node/`). */
export type Place = "portable" | "node";

/** The files through which a folder may be entered: by everyone, in Node, in a page. */
const ENTRY = "{index,node,web}.ts";

export const MESSAGES = {
  runtime: "Only src/runtime/ imports onnxruntime: ask runtime/ for a session.",
  nodeModule: "Only node.ts, files in a folder node/ and cli/ import node:*: this file also runs in a page.",
  nodePackage: "sharp exists in Node only: import it in node.ts or in a folder node/.",
  nodeEntry: "This file also runs in a page: pass in as an argument what node.ts or node/ offers.",
  commandLine: "Only cli/ reads arguments and colours text: library code returns values and throws errors.",
  ownName: "Inside src/ import by relative path: the package's own name means dist/.",
  outside: "Library code imports library code only: tests, scripts, benches and examples are not in the package.",
  sources: "Import the built package by its own name (deconvnet/...): worker entries exist in dist/ only.",
  index: "Enter another folder through its index.ts (node.ts in Node, web.ts in a page): its other files are private.",
} as const;

/** The message of the downward rule, which says what the folder may import. */
export function downwardMessage(folder: string): string {
  const allowed = importable(folder);
  const what = allowed.length === 0 ? "errors.ts only" : `errors.ts, ${allowed.join(", ")}`;
  return `Import downward only: ${folder}/ (level ${levelOf(folder)}) may import ${what}.`;
}

const RUNTIME_PACKAGES: ImportPattern = { group: ["onnxruntime-*", "onnxruntime-*/**"], message: MESSAGES.runtime };
const COMMAND_LINE_PACKAGES: ImportPattern = { group: ["commander", "picocolors"], message: MESSAGES.commandLine };
const OWN_NAME: ImportPattern = { group: ["deconvnet", "deconvnet/**"], message: MESSAGES.ownName };

const PORTABLE: readonly ImportPattern[] = [
  { group: ["node:*", "node:*/**"], message: MESSAGES.nodeModule },
  { group: ["sharp"], message: MESSAGES.nodePackage },
  {
    group: ["./**/node.ts", "./**/node/**", "../**/node.ts", "../**/node/**"],
    message: MESSAGES.nodeEntry,
  },
];

/** A path into one of the folders, at any depth of the importing file: `../crf/`, `../../crf/`. */
function into(folders: readonly string[]): string {
  return folders.length === 1 ? `../**/${folders[0]}` : `../**/{${folders.join(",")}}`;
}

function throughEntries(folders: readonly string[]): ImportPattern {
  return { group: [`${into(folders)}/**`, `!${into(folders)}/${ENTRY}`], message: MESSAGES.index };
}

/** The complete list for files of `folder`: a later override of Biome replaces it as a whole, nothing is inherited. */
export function folderRules(folder: string, place: Place): ImportPattern[] {
  const allowed = importable(folder);
  const forbidden = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  const rules: ImportPattern[] = [
    OWN_NAME,
    { group: [`${into(["test", "scripts", "bench", "examples", "web"])}/**`], message: MESSAGES.outside },
  ];
  if (forbidden.length > 0) rules.push({ group: [`${into(forbidden)}/**`], message: downwardMessage(folder) });
  if (allowed.length > 0) rules.push(throughEntries(allowed));
  if (folder !== "runtime") rules.push(RUNTIME_PACKAGES);
  if (folder !== "cli") rules.push(COMMAND_LINE_PACKAGES);
  if (place === "portable") rules.push(...PORTABLE);
  return rules;
}

/** For src/index.ts, src/node.ts and src/web.ts: every folder through its entries. */
export function frontDoorRules(place: Place): ImportPattern[] {
  return [
    RUNTIME_PACKAGES,
    COMMAND_LINE_PACKAGES,
    OWN_NAME,
    { group: ["../**"], message: MESSAGES.outside },
    ...(place === "portable" ? PORTABLE : []),
    { group: ["./*/**", `!./*/${ENTRY}`], message: MESSAGES.index },
  ];
}

/** For tests, which may import every folder, though through its entries. */
export function testRules(): ImportPattern[] {
  return [RUNTIME_PACKAGES, throughEntries(FOLDERS)];
}

/** For scripts/, bench/ and examples/, which use the package as its users do. */
export function consumerRules(): ImportPattern[] {
  return [RUNTIME_PACKAGES, { group: ["../**/src/**", "./src/**"], message: MESSAGES.sources }];
}
