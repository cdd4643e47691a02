/** `deconvnet proposals evaluate`: how many of the objects of a data set the boxes find. */
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { RecallReport } from "../proposals/index.ts";
import { OBJECT_SOURCES, type ObjectSource } from "../propose/node.ts";
import { parseCount } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { requireFolderOf, writeText } from "./output-file.ts";
import { ProgressLine, progressText } from "./progress-line.ts";
import {
  addProposalOptions,
  detectorLine,
  detectorOptions,
  edgeBoxesOptions,
  type ProposalFlags,
} from "./proposal-options.ts";

interface EvaluateFlags extends ProposalFlags {
  readonly data: string;
  readonly split: string;
  readonly objects?: ObjectSource;
  readonly minPixels?: number;
  readonly json?: string;
  readonly curves?: string;
  /** Of `deconvnet proposals` alone. */
  readonly draw?: string;
  readonly maxPixels?: number;
}

export function configureProposalsEvaluate(command: Command, terminal: Terminal): void {
  command
    .description("measure how many objects of a data set the boxes find")
    .requiredOption("--data <folder>", "VOC folder, or a folder with images/ and labels/")
    .requiredOption("--split <name>", "the list of photos, such as val; all: every photo with a label map");
  addProposalOptions(command)
    .addOption(
      new Option("--objects <source>", "what objects are taken from; default: the first that the folder has").choices(
        OBJECT_SOURCES,
      ),
    )
    .option("--min-pixels <n>", "leave out smaller objects; default: 1000 for components, else 1", parseCount)
    .option("--json <file>", "write the numbers as JSON")
    .option("--curves <folder>", "where recall-over-iou.svg and recall-over-boxes.svg go; must be there")
    // Options that `deconvnet proposals` has too are taken by it, wherever they stand.
    .action(() => evaluate(command, command.optsWithGlobals<EvaluateFlags>(), terminal));
}

async function evaluate(command: Command, flags: EvaluateFlags, { stdout, stderr, signal }: Terminal): Promise<void> {
  const { describeRecall } = await import("../proposals/index.ts");
  const { evaluateProposals, openEdgeDetector, openPhotoObjects } = await import("../propose/node.ts");
  if (flags.draw !== undefined) command.error("unknown option '--draw': evaluate draws no photos.");
  if (flags.maxPixels !== undefined) command.error("unknown option '--max-pixels': evaluate has no such limit.");
  const boxes = edgeBoxesOptions(command, flags);
  await requireFolderOf("proposals", flags.json);
  await requireFolderOf("proposals", flags.curves === undefined ? undefined : join(flags.curves, "recall.svg"));
  await using edges = await openEdgeDetector(flags.edges, detectorOptions(flags));
  const { detect, description } = edges;
  const photos = await openPhotoObjects(flags.data, {
    split: flags.split,
    ...(flags.objects === undefined ? {} : { source: flags.objects }),
    ...(flags.minPixels === undefined ? {} : { minPixels: flags.minPixels }),
  });
  stdout.write(detectorLine(description));
  stdout.write(`${photos.length} photos of ${flags.data}, split "${flags.split}"; objects: ${photos.source}\n`);
  const progress = new ProgressLine(stderr);
  const start = performance.now();
  const report = await evaluateProposals(photos, {
    detector: detect,
    boxes,
    signal,
    onProgress: (done, total) => progress.update(progressText(done, total, (performance.now() - start) / 1000)),
  }).finally(() => progress.clear());
  stdout.write(`${describeRecall(report)}\n`);
  const { source, minPixels } = photos;
  const settings = { edges: flags.edges, description, boxes, source, minPixels, photos: photos.length };
  await writeText(flags.json, `${JSON.stringify({ ...settings, ...report }, undefined, 2)}\n`);
  if (flags.curves !== undefined) await writeCurves(flags.curves, report);
}

async function writeCurves(folder: string, report: RecallReport): Promise<void> {
  const { lineChart } = await import("../visualize/index.ts");
  const overIou = lineChart(
    [{ name: "recall", points: report.overIou.map(({ iou, recall }) => [iou, recall] as const) }],
    {
      title: `Recall over IoU, ${report.most} boxes`,
      xLabel: "IoU",
      yFrom: 0,
      yTo: 1,
    },
  );
  const curves = report.recall.map(({ iou }, i) => ({
    name: `IoU ${iou}`,
    points: report.overCount.map(({ count, recall }) => [Math.log10(count), recall[i] ?? Number.NaN] as const),
  }));
  const average = report.overCount.map((point) => [Math.log10(point.count), point.averageRecall] as const);
  const overCount = lineChart([...curves, { name: "average", points: average }], {
    title: "Recall over the number of boxes",
    xLabel: "boxes a photo, decimal logarithm",
    yFrom: 0,
    yTo: 1,
  });
  await writeText(join(folder, "recall-over-iou.svg"), overIou);
  await writeText(join(folder, "recall-over-boxes.svg"), overCount);
}
