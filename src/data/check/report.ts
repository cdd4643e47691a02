/** From what a scan found to a report: statistics of the splits, and findings with errors first. */
import { fileFindings } from "./file-findings.ts";
import { type Finding, findingText } from "./finding.ts";
import { labelFindings } from "./label-findings.ts";
import { paletteFindings } from "./palette-findings.ts";
import type { DatasetScan } from "./scan.ts";
import { splitFindings } from "./split-findings.ts";
import { type SplitStatistics, splitStatistics } from "./statistics.ts";

export interface CheckOptions {
  /** Splits with fewer photos are warned about. */
  readonly fewPhotos?: number;
  /** Label maps with a larger share of void are warned about. */
  readonly muchVoid?: number;
}

export const CHECK_DEFAULTS: Required<CheckOptions> = Object.freeze({ fewPhotos: 20, muchVoid: 0.5 });

export interface CheckReport {
  readonly folder: string;
  readonly layout: "voc" | "plain";
  readonly classes: readonly string[];
  /** Photos in all splits, each once. */
  readonly photos: number;
  readonly splits: readonly SplitStatistics[];
  /** Errors first. */
  readonly findings: readonly (Finding & { readonly message: string })[];
  /** True if there is no error. */
  readonly ok: boolean;
}

/**
 * Judges a scan.
 *
 * @param options - {@link CheckOptions}; defaults {@link CHECK_DEFAULTS}.
 */
export function reportOf(scan: DatasetScan, options: CheckOptions = {}): CheckReport {
  const { fewPhotos, muchVoid } = { ...CHECK_DEFAULTS, ...options };
  const all = [
    ...fileFindings(scan),
    ...labelFindings(scan, muchVoid),
    ...paletteFindings(scan),
    ...splitFindings(scan, fewPhotos),
  ];
  const [errors, warnings] = [
    all.filter(({ level }) => level === "error"),
    all.filter(({ level }) => level === "warning"),
  ];
  return {
    folder: scan.folder,
    layout: scan.layout,
    classes: scan.mapping.names,
    photos: scan.photos.length,
    splits: scan.splits.map((split) => splitStatistics(scan, split)),
    findings: [...errors, ...warnings].map((entry) => ({ ...entry, message: findingText(entry) })),
    ok: errors.length === 0,
  };
}
