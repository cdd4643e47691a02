/** What `deconvnet info` shows of a safetensors file: its metadata and a table of its tensors. */
import { formatShape } from "../onnx/index.ts";
import { printable } from "../printable.ts";
import type { SafetensorsHeader } from "./safetensors-header.ts";

/** A file's contents without its numbers, ready for `JSON.stringify`. */
export interface ModelInfo {
  readonly file: string;
  readonly fileBytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly TensorInfo[];
  readonly totals: { readonly tensors: number; readonly values: number; readonly bytes: number };
}

export interface TensorInfo {
  readonly name: string;
  /** As the file spells it, e.g. `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: number;
  readonly bytes: number;
  /** Position of the first byte in the file. */
  readonly offset: number;
}

/** Longest metadata text that is shown whole. */
const TEXT_LIMIT = 400;

/**
 * Collects what a file's header tells.
 *
 * @param header - From `decodeSafetensorsHeader`, or `openSafetensors` in Node.
 */
export function modelInfo(header: SafetensorsHeader): ModelInfo {
  const tensors = [...header.tensors.values()].map(({ name, dtype, shape, offset, byteLength }) => {
    const values = shape.reduce((product, size) => product * size, 1);
    return { name, dtype, shape, values, bytes: byteLength, offset };
  });
  return {
    file: header.fileName,
    fileBytes: header.fileBytes,
    metadata: Object.fromEntries(header.metadata),
    tensors,
    totals: { tensors: tensors.length, values: sum(tensors, "values"), bytes: sum(tensors, "bytes") },
  };
}

/**
 * Describes a file as text: its size, its metadata (long texts cut), a table of its tensors and their totals by type.
 *
 * @param info - From {@link modelInfo}.
 * @returns Lines, each ended by a line feed. Nothing from the file can reach the terminal as a control character.
 */
export function describeModel(info: ModelInfo): string {
  const lines = [`${printable(info.file, TEXT_LIMIT)}: ${formatCount(info.fileBytes)} bytes`, ""];
  const metadata = Object.entries(info.metadata);
  const keyWidth = Math.max(0, ...metadata.map(([key]) => printable(key).length));
  for (const [key, text] of metadata) {
    const length = text.length > TEXT_LIMIT ? ` (${formatCount(text.length)} characters)` : "";
    lines.push(`${printable(key).padEnd(keyWidth)}  ${printable(text, TEXT_LIMIT)}${length}`);
  }
  if (metadata.length > 0) lines.push("");
  const rows = info.tensors.map(({ name, dtype, shape, values, bytes }) => {
    return [printable(name), dtype, printable(formatShape(shape)), formatCount(values), formatCount(bytes)];
  });
  lines.push(...formatTable([["tensor", "dtype", "shape", "values", "bytes"], ...rows]), "");
  for (const [dtype, tensors] of byDtype(info.tensors)) lines.push(formatTotals(dtype, tensors));
  lines.push(formatTotals("in all", info.tensors));
  return `${lines.join("\n")}\n`;
}

/** Columns two spaces apart; the last two hold numbers and are set flush right. */
function formatTable(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) => {
    return rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0);
  });
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < columns - 2 ? cell.padEnd(width) : cell.padStart(width);
    });
    return cells.join("  ");
  });
}

function byDtype(tensors: readonly TensorInfo[]): ReadonlyMap<string, TensorInfo[]> {
  const groups = new Map<string, TensorInfo[]>();
  for (const tensor of tensors) {
    const group = groups.get(tensor.dtype);
    if (group === undefined) groups.set(tensor.dtype, [tensor]);
    else group.push(tensor);
  }
  return groups;
}

function formatTotals(title: string, tensors: readonly TensorInfo[]): string {
  const [values, bytes] = [formatCount(sum(tensors, "values")), formatCount(sum(tensors, "bytes"))];
  return `${title}: ${formatCount(tensors.length)} tensors, ${values} values, ${bytes} bytes`;
}

function sum(tensors: readonly TensorInfo[], field: "values" | "bytes"): number {
  return tensors.reduce((total, tensor) => total + tensor[field], 0);
}

function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
