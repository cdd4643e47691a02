/** `deconvnet edges evaluate`: ODS, OIS and AP of an edge detector, or of the edge maps of another tool. */
import type { Command } from "commander";
import type { EdgeAccuracy } from "../proposals/index.ts";
import type { Terminal } from "./command.ts";
import { requireFolderOf, writeText } from "./output-file.ts";
import { ProgressLine, progressText } from "./progress-line.ts";
import { addDetectorOptions, type DetectorFlags, detectorLine, detectorOptions } from "./proposal-options.ts";

interface EvaluateFlags extends DetectorFlags {
  readonly data: string;
  readonly split?: string;
  readonly list?: string;
  readonly predictions?: string;
  readonly nms?: boolean;
  readonly json?: string;
}

export function configureEdgesEvaluate(command: Command, terminal: Terminal): void {
  command
    .description("score edges against boundaries by the Berkeley benchmark: ODS, OIS, AP")
    .requiredOption("--data <folder>", "BSDS folder (images/, groundTruth/), VOC folder, or images/ and labels/")
    .option("--split <name>", "part of the data; default: all of a BSDS folder, else train")
    .option("--list <file>", "ids, one a line: these only");
  addDetectorOptions(command)
    .option("--predictions <folder>", "score the grey maps ID.png in it instead of a detector")
    .option("--nms", "suppress non-maxima of the maps in --predictions first: for broad edges")
    .option("--json <file>", "write the numbers and the curve as JSON")
    .action((flags: EvaluateFlags) => evaluate(command, flags, terminal));
}

async function evaluate(command: Command, flags: EvaluateFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { detectedEdges, evaluateEdges, openEdgeDetector, openEdgeExamples, storedEdges } = await import(
    "../propose/node.ts"
  );
  const { predictions, nms } = flags;
  if (nms === true && predictions === undefined) {
    command.error("edges: expected --predictions with --nms, got none. Edges of a detector are always suppressed.");
  }
  await requireFolderOf("edges", flags.json);
  const examples = await openEdgeExamples(flags.data, flags);
  await using detector =
    predictions === undefined ? await openEdgeDetector(flags.edges, detectorOptions(flags)) : undefined;
  const description = detector?.description ?? `maps in ${predictions}`;
  const source = detector === undefined ? storedEdges(predictions ?? "", nms) : detectedEdges(detector.detect);
  stdout.write(`${detectorLine(description)}${examples.name}\n`);
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const accuracy = await evaluateEdges(examples, source, {
    signal,
    onProgress: (done, total) => progress.update(progressText(done, total, (performance.now() - start) / 1000)),
  }).finally(() => progress.clear());
  stdout.write(`${accuracyText(accuracy)}\n`);
  const data = { data: examples.name, edges: description };
  await writeText(flags.json, `${JSON.stringify({ ...data, ...accuracy }, undefined, 2)}\n`);
}

function accuracyText({ ods, ois, ap }: EdgeAccuracy): string {
  return (
    `ODS ${ods.f.toFixed(3)} (threshold ${ods.threshold.toFixed(2)}, precision ${ods.precision.toFixed(3)}, ` +
    `recall ${ods.recall.toFixed(3)})  OIS ${ois.f.toFixed(3)}  AP ${ap.toFixed(3)}`
  );
}
