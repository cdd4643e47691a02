/** Folders of runs. */
export { EventWriter } from "./node/event-writer.ts";
export { findRuns, RUN_FILES, readRun } from "./node/read-run.ts";
export { lockRun } from "./node/run-lock.ts";
export { writeReport } from "./node/write-report.ts";
