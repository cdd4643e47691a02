/** Runs of trainings: their logs, tables, reports and TensorBoard events. */
export { type EventImage, encodeEventFileStart, encodePoint, type TrainingPoint } from "./events.ts";
export {
  type DataSetEntry,
  type EndEntry,
  parseLog,
  parseResults,
  type ResultRow,
  type RunLog,
  type StartEntry,
  type StepEntry,
} from "./log.ts";
export { type ReportOptions, reportPage } from "./report/page.ts";
export { NO_PICTURES, type Run, type RunPicture, type RunPictures, type RunSummary, summarizeRun } from "./run.ts";
export { compareRows, listRows, meanIoUChart, runJson } from "./tables.ts";
