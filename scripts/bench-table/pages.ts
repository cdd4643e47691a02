/** The documents that show the table of the bench. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";

const [START, END] = ["<!-- bench:start -->", "<!-- bench:end -->"];
const ROOT = join(import.meta.dirname, "../..");

/** Paths of the Markdown pages with both markers. */
export function markedPages(): string[] {
  const pages = globSync(["README.md", "docs/**/*.md"], { cwd: ROOT, absolute: true });
  return pages.filter((page) => splitPage(readFileSync(page, "utf8")) !== undefined).sort();
}

/** The page with the table between its markers; a page without them stays as it is. */
export function withTable(page: string, table: string): string {
  const parts = splitPage(page);
  return parts === undefined ? page : `${parts[0]}${START}\n${table}\n${END}${parts[1]}`;
}

/** What is before and behind the markers. */
function splitPage(page: string): [string, string] | undefined {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  return start < 0 || end < start ? undefined : [page.slice(0, start), page.slice(end + END.length)];
}
