/** How many columns of a terminal a text takes: characters of East Asian scripts and emoji take two, marks upon letters none. */

const WIDE =
  /(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const NO_COLUMN = /[\p{Mn}\p{Me}\p{Cf}\p{Emoji_Modifier}]/u;
/** What a joiner puts into the same emoji. */
const JOINED = /\u200d./gu;

export function textColumns(text: string): number {
  let columns = 0;
  for (const character of text.replace(JOINED, "")) {
    columns += NO_COLUMN.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/** The text with spaces behind it, so that it takes at least so many columns. */
export function padEnd(text: string, columns: number): string {
  return text + spaces(columns - textColumns(text));
}

/** The text with spaces before it, so that it takes at least so many columns. */
export function padStart(text: string, columns: number): string {
  return spaces(columns - textColumns(text)) + text;
}

function spaces(count: number): string {
  return " ".repeat(Math.max(0, count));
}
