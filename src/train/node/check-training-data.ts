/** The check before a training: the label maps and the sizes of the splits that it uses. */
import { type DatasetScan, type FindingCode, reportOf } from "../../data/index.ts";
import { type ScanOptions, scanDataset } from "../../data/node.ts";
import { DatasetError } from "../../errors.ts";

/** What a training would stumble over, or could learn nothing from. */
const STOPPING: readonly FindingCode[] = [
  "empty-split",
  "missing-photos",
  "missing-label-maps",
  "unreadable-photos",
  "unreadable-label-maps",
  "sizes-differ",
  "unmapped-values",
];

interface CheckedData {
  readonly scan: DatasetScan;
  /** What was found and does not stop the training, one line each. */
  readonly notes: readonly string[];
}

/**
 * Checks splits as `deconvnet data check` does, except that photos are not decoded. The sampler needs the counts of every
 * label map anyway, so that a start takes no longer for it than the headers of the photos do.
 *
 * @param options - The first of the splits is trained on.
 * @throws {DatasetError} with the first finding that stops a training.
 */
export async function checkTrainingData(folder: string, options: ScanOptions): Promise<CheckedData> {
  const scan = await scanDataset(folder, { ...options, photos: "header" });
  const { findings, splits } = reportOf(scan);
  const onlyBackground = splits[0]?.classes.slice(1).every(({ pixels }) => pixels === 0) ?? false;
  const stops = findings.filter(({ code }) => STOPPING.includes(code) || (code === "only-void" && onlyBackground));
  const [first] = stops;
  if (first === undefined) {
    return {
      scan,
      notes: findings.map(({ message }) => `warning: ${message}`),
    };
  }
  const more = stops.length === 1 ? "" : ` ${stops.length - 1} more: deconvnet data check ${folder}`;
  throw new DatasetError(`openTrainingData: ${first.message}${more}`, folder);
}
