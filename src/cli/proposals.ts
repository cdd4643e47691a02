/** `deconvnet proposals`: boxes that are likely to hold an object. */
import type { Command } from "commander";
import { FormatError } from "../errors.ts";
import type { ProposalResult } from "../propose/node.ts";
import { parseCount } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { requireFolderOf, writeText } from "./output-file.ts";
import {
  addProposalOptions,
  detectorLine,
  detectorOptions,
  edgeBoxesOptions,
  type ProposalFlags,
} from "./proposal-options.ts";
import { configureProposalsEvaluate } from "./proposals-evaluate.ts";

interface ProposalsFlags extends ProposalFlags {
  readonly json?: string;
  readonly draw?: string;
  readonly maxPixels?: number;
}

export function configureProposals(command: Command, terminal: Terminal): void {
  configureProposalsEvaluate(command.command("evaluate"), terminal);
  command.argument("<photos...>", "files, folders or patterns such as 'photos/*.jpg'");
  addProposalOptions(command)
    .option("--json <file>", "write the boxes and scores as JSON")
    .option("--draw <folder>", "where NAME-boxes.jpg, NAME-edges.png and NAME-orientation.png go")
    .option("--max-pixels <n>", "refuse larger photos before they are decoded; default 100000000", parseCount)
    .action((names: string[], flags: ProposalsFlags) => propose(command, names, flags, terminal));
}

async function propose(
  command: Command,
  names: readonly string[],
  flags: ProposalsFlags,
  { stdout, stderr, signal }: Terminal,
): Promise<void> {
  const { findPhotos } = await import("../data/node.ts");
  const { openEdgeDetector, proposePhotos } = await import("../propose/node.ts");
  const boxes = edgeBoxesOptions(command, flags);
  await requireFolderOf("proposals", flags.json);
  const photos = await findPhotos(names);
  await using edges = await openEdgeDetector(flags.edges, detectorOptions(flags));
  const { detect, description } = edges;
  stdout.write(detectorLine(description));
  const options = {
    detector: detect,
    boxes,
    signal,
    ...(flags.draw === undefined ? {} : { draw: flags.draw }),
    ...(flags.maxPixels === undefined ? {} : { maxPixels: flags.maxPixels }),
  };
  const results: ProposalResult[] = [];
  for await (const result of proposePhotos(photos, options)) {
    results.push(result);
    const count = `${results.length}/${photos.length}`;
    if ("error" in result) stderr.write(`${count}  left out: ${result.error}\n`);
    else stdout.write(`${count}  ${resultLine(result)}\n`);
  }
  await writeText(flags.json, `${JSON.stringify(jsonOf(flags.edges, description, results))}\n`);
  const failed = results.flatMap((result) => ("error" in result ? [result.file] : []));
  if (failed.length === 0) return;
  throw new FormatError(
    `proposals: expected ${photos.length} photos that can be searched, got ${failed.length} that cannot: ${failed.join(", ")}. ` +
      `The other ${photos.length - failed.length} are done.`,
  );
}

type Proposed = Exclude<ProposalResult, { readonly error: string }>;

function resultLine({ file, width, height, proposals, drawn }: Proposed): string {
  const [best] = proposals;
  const shown =
    best === undefined
      ? ""
      : `, best ${best.width}x${best.height} at ${best.x},${best.y} with ${best.score.toPrecision(3)}`;
  return `${file} (${width}x${height}): ${proposals.length} boxes${shown}${drawn === undefined ? "" : ` -> ${drawn.boxes}`}`;
}

/** What `--json` holds: boxes in px, 0-based, best first. */
function jsonOf(edges: string, description: string, results: readonly ProposalResult[]): object {
  return {
    edges: { detector: edges, description },
    photos: results.filter((result) => !("error" in result)),
    failed: results.filter((result) => "error" in result),
  };
}
