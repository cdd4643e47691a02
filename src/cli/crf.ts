/** `deconvnet crf`: refines a segmentation with the photo that it belongs to. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { type Evidence, REFINE_DEFAULTS, type Refined } from "../segment/index.ts";
import { collect, parseCount, parseProbability, readNamedBytes } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { defaultThreads, describePreset, PRESET_NAMES, presetHelp, presetOf, startThreads } from "./crf-options.ts";
import { configureCrfSearch } from "./crf-search.ts";
import { defaultCommand } from "./default-command.ts";
import { percent } from "./format-numbers.ts";

interface CrfFlags {
  readonly image: string;
  readonly scores?: string;
  readonly probabilities?: string;
  readonly labels?: string;
  readonly confidence: number;
  readonly preset: string;
  readonly set: readonly string[];
  readonly size: number;
  readonly threads: number;
  readonly out: string;
}

const USAGE =
  "deconvnet crf --image <file> (--scores | --probabilities | --labels) <file> --out <file>\n       deconvnet crf search [options]";

export function configureCrf(command: Command, terminal: Terminal): void {
  configureRefine(defaultCommand(command, "refine", USAGE), terminal);
  configureCrfSearch(command.command("search"), terminal);
  command.addHelpText("after", presetHelp);
}

function configureRefine(command: Command, terminal: Terminal): void {
  command
    .requiredOption("--image <file>", "the photo")
    .option("--scores <file>", "raw class scores, .npy [classes, height, width], such as segment --scores writes")
    .option("--probabilities <file>", "class probabilities, .npy [classes, height, width]")
    .option("--labels <file>", "a label map, PNG of the photo's size; 255 is unknown")
    .option(
      "--confidence <p>",
      "with --labels: probability that a label is right, between 0 and 1",
      parseProbability,
      0.7,
    )
    .option("--preset <name>", `${PRESET_NAMES} or a YAML or JSON file`, "pydensecrf")
    .option("--set <key=value>", "change a parameter, e.g. appearance.weight=5; may be repeated", collect, [])
    .option("--size <px>", "longer side at which the CRF works at most", parseCount, REFINE_DEFAULTS.size)
    .option("--threads <n>", "threads", parseCount, defaultThreads())
    .requiredOption("--out <file>", "the refined label map, an indexed PNG")
    .action((flags: CrfFlags) => refine(command, flags, terminal));
}

async function refine(command: Command, flags: CrfFlags, { stdout, signal }: Terminal): Promise<void> {
  const { image, out } = flags;
  const readEvidence = checkFlags(command, flags);
  const preset = await presetOf(command, flags.preset, flags.set);
  const { readPhoto } = await import("../image/node.ts");
  const { encodeLabelMap } = await import("../labels/index.ts");
  const { refineLabels } = await import("../segment/index.ts");
  const { writeFileAtomically } = await import("../weights/node.ts");
  const photo = await readPhoto(image);
  const evidence = await readEvidence();
  const threads = await startThreads(flags.threads);
  try {
    const refined = await refineLabels(evidence, photo, preset, {
      size: flags.size,
      threads,
      signal,
      onProgress: ({ iteration, iterations, labelsChanged }) =>
        stdout.write(`${iteration}/${iterations}  labels changed: ${labelsChanged.toLocaleString("en-US")}\n`),
    });
    await writeFileAtomically(out, [encodeLabelMap(refined.labels)]);
    stdout.write(`${summary(flags.preset, refined)} -> ${out}\n`);
  } finally {
    threads.dispose();
  }
}

/** Checks what the options mean together; gives back how to read the one that is there. */
function checkFlags(
  command: Command,
  { image, out, scores, probabilities, labels, confidence }: CrfFlags,
): () => Promise<Evidence> {
  if (resolve(out) === resolve(image)) {
    command.error(`crf: expected --out to be another file than the photo, got ${out} for both.`);
  }
  const given = [scores, probabilities, labels].filter((path) => path !== undefined);
  if (given.length !== 1) {
    command.error(`crf: expected one of --scores, --probabilities and --labels, got ${given.length} of them.`);
  }
  return async () => {
    const { readScoreMap } = await import("../segment/node.ts");
    if (scores !== undefined) return { kind: "scores", map: await readScoreMap(scores) };
    if (probabilities !== undefined) return { kind: "probabilities", map: await readScoreMap(probabilities) };
    const { decodeLabelMap } = await import("../labels/index.ts");
    const path = labels ?? "";
    return { kind: "labels", map: decodeLabelMap(await readNamedBytes(path, "a label map"), path), confidence };
  };
}

function summary(name: string, { preset, workSize, labels, changed, labelsChanged }: Refined): string {
  const pixels = labels.data.length;
  return [
    `${name} at ${workSize.width}x${workSize.height}: ${describePreset(preset)}`,
    `${labelsChanged.length} iterations changed ${changed.toLocaleString("en-US")} of ${pixels.toLocaleString("en-US")} labels (${percent(changed / pixels)})`,
  ].join("\n");
}
