/**
 * Text from a file that nobody vouches for, made fit for a message or a terminal: control characters escaped, long
 * texts cut.
 */

/** C0 and C1 control characters, line separators and the marks that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be escaped
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Escapes what a terminal would obey, and cuts the text after `limit` characters. */
export function printable(text: string, limit = 80): string {
  const kept = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return kept.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Any JSON value, cut to a few words; only the outermost level of a nested value is looked at. */
export function printableValue(value: unknown): string {
  if (typeof value === "string") return `"${printable(value)}"`;
  if (Array.isArray(value)) {
    const items = value.slice(0, 8).map((item) => (isPlain(item) ? printable(String(item)) : "…"));
    return `[${items.join(", ")}${value.length > 8 ? `, … ${value.length} items` : ""}]`;
  }
  if (typeof value === "object" && value !== null) return `an object of ${Object.keys(value).length} keys`;
  return value === undefined ? "nothing" : String(value);
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}
