/** Commands in messages, fit to be pasted. */

/** A path as one word of a command line: in quotes if it has blanks or characters that shells read. */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{M}\p{N}_./\\:@%+,=-]+$/u.test(text)) return text;
  return /["$`!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}
