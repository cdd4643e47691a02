/** What a program said before it failed. */

/** The last line that speaks of an error, or the last one at all; without folders, since what is stored names no path of a machine. */
export function lastError(text: string): string {
  const lines = text.split("\n").filter((line) => /\S/.test(line));
  const line = lines.findLast((candidate) => /error/i.test(candidate)) ?? lines.at(-1) ?? "it said nothing";
  return line.trim().replaceAll(/(?<!\w)\/\S*\//g, "");
}
