/**
 * Writes the table of the newest stored run of the bench into the documents that have its markers: `npx tsx scripts/bench-table.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { newestResults } from "../bench/compare/results.ts";
import { resultsTable } from "../bench/compare/table.ts";
import { markedPages, withTable } from "./bench-table/pages.ts";

const results = newestResults();
if (results === undefined)
  throw new Error("expected a run in bench/results/, got none: npm run bench -- peers --store");
for (const page of markedPages()) {
  writeFileSync(page, withTable(readFileSync(page, "utf8"), resultsTable(results)));
  console.log(page);
}
