/** Texts in columns of a terminal, where characters of East Asian scripts and emoji take two, and marks upon letters none. */
import stringWidth from "string-width";

/** The text with spaces behind it, so that it takes at least so many columns. */
export function padEnd(text: string, columns: number): string {
  return text + spaces(columns - stringWidth(text));
}

/** The text with spaces before it, so that it takes at least so many columns. */
export function padStart(text: string, columns: number): string {
  return spaces(columns - stringWidth(text)) + text;
}

function spaces(count: number): string {
  return " ".repeat(Math.max(0, count));
}
