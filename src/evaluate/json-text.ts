/** JSON that a person can read: what fits into a line is in one line. */

const LINE = 120;

/**
 * Writes a value as JSON, indented by two spaces, with short arrays and objects in one line.
 *
 * @returns Without a line feed at the end. `JSON.parse` gives the same as for `JSON.stringify(value)`.
 */
export function jsonText(value: unknown, indent = ""): string {
  const line = JSON.stringify(value) ?? "null";
  if (typeof value !== "object" || value === null || indent.length + line.length <= LINE) return line;
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = isList
    ? value.map((item) => jsonText(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item, inner)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return `${open}\n${inner}${entries.join(`,\n${inner}`)}\n${indent}${close}`;
}
