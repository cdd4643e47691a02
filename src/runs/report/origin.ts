/** What a run was made from: its data, its command, its settings. */
import { countText, escapeXml } from "../../visualize/index.ts";
import type { DataSetEntry } from "../log.ts";
import { flattenSettings, type Run } from "../run.ts";

/** What is trained and validated on; empty for older runs. */
export function dataTable({ log: { start } }: Run): string {
  const { sets = [], validation = null } = start ?? {};
  const rows = sets.map((set) => ["training", setText(set)] as const);
  return rows.length === 0
    ? ""
    : table([...rows, ["validation", validation === null ? "none" : setText(validation)] as const]);
}

function setText({ folder, split, photos }: DataSetEntry): string {
  return `${folder}: ${countText(photos)} photos of ${split}`;
}

/** The command that trains the same once more; empty for older runs. */
export function commandBlock({ path, log: { start } }: Run): string {
  const [first] = start?.sets ?? [];
  if (start === undefined || first === undefined) return "";
  const words = ["deconvnet", "train", `${path}/args.yaml`, "--data", first.folder, "--run", `${path}-again`];
  const command = [...words, ...(start.continued > 0 ? ["--continue", `model-of-sample-${start.continued}`] : [])];
  return `<pre>${escapeXml(command.map(shellWord).join(" "))}</pre>`;
}

export function settingsTable({ settings }: Run): string {
  return table([...flattenSettings(settings)]);
}

function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const lines = rows.map(([name, value]) => `<tr><td>${escapeXml(name)}</td><td>${escapeXml(value)}</td></tr>`);
  return `<table>${lines.join("")}</table>`;
}
