export { classIndexOf } from "./class-index.ts";
export type { Finding, FindingCode } from "./finding.ts";
export { guessMap } from "./label-findings.ts";
export { missingFix } from "./missing-fix.ts";
export { CHECK_DEFAULTS, type CheckOptions, type CheckReport, reportOf } from "./report.ts";
export {
  type DatasetScan,
  type PhotoFacts,
  readLabelsOf,
  type ScannedPhoto,
  type ScannedSplit,
  type UnreadPhoto,
} from "./scan.ts";
export {
  type LabelFacts,
  type LabelFault,
  scanLabelFile,
  type UnreadLabels,
  type ValueCount,
} from "./scan-label-file.ts";
export type { ClassStatistics, SplitStatistics, ValueStatistics } from "./statistics.ts";
