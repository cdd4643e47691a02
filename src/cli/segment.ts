/** `deconvnet segment`: label maps and overlays of photos. */
import type { Command } from "commander";
import { FormatError } from "../errors.ts";
import type { PhotoResult } from "../segment/node.ts";
import { parseCount } from "./arguments.ts";
import type { Terminal } from "./command.ts";
import { CRF_OPTION, presetOf, startThreads } from "./crf-options.ts";
import { chosenDevice, type DeviceFlags, deviceOption } from "./device-option.ts";
import { percent } from "./format-numbers.ts";
import { addViewOptions, type ViewFlags, viewOf } from "./view-options.ts";

interface SegmentFlags extends DeviceFlags, ViewFlags {
  readonly model?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly maxPixels?: number;
  readonly scores?: boolean;
  readonly crf?: string;
}

export function configureSegment(command: Command, terminal: Terminal): void {
  command
    .argument("<photos...>", "files, folders or patterns such as 'photos/*.jpg'")
    .requiredOption("--out <folder>", "where NAME.png (label map) and NAME-overlay.jpg go")
    .option("--model <file>", "a model file; default: the model of the package")
    .option("--json", "print JSON with the share of each class");
  addViewOptions(command)
    .option("--max-pixels <n>", "refuse larger photos before they are decoded; default 100000000", parseCount)
    .option("--scores", "write NAME-scores.npy too: float32 [classes, height, width]")
    .option("--crf <preset>", CRF_OPTION)
    .addOption(deviceOption())
    .action((names: string[], flags: SegmentFlags) => segment(command, names, flags, terminal));
}

async function segment(
  command: Command,
  names: readonly string[],
  flags: SegmentFlags,
  { stdout, stderr, signal }: Terminal,
): Promise<void> {
  const { findPhotos } = await import("../data/node.ts");
  const { loadSegmenter, segmentPhotos } = await import("../segment/node.ts");
  const crf = flags.crf === undefined ? undefined : await presetOf(command, flags.crf);
  const photos = await findPhotos(names);
  const threads = crf === undefined ? undefined : await startThreads();
  const segmenter = await loadSegmenter(flags.model, {
    device: await chosenDevice(flags, stderr),
    onNote: (text) => stderr.write(`${text}\n`),
    ...viewOf(flags),
    ...(crf === undefined || threads === undefined ? {} : { crf, crfThreads: threads }),
  });
  const results: PhotoResult[] = [];
  const progress = flags.json === true ? stderr : stdout;
  try {
    const options = {
      out: flags.out,
      scores: flags.scores ?? false,
      signal,
      ...(flags.maxPixels === undefined ? {} : { maxPixels: flags.maxPixels }),
    };
    for await (const result of segmentPhotos(segmenter, photos, options)) {
      results.push(result);
      const count = `${results.length}/${photos.length}`;
      if ("error" in result) stderr.write(`${count}  left out: ${result.error}\n`);
      else progress.write(`${count}  ${resultLine(result)}\n`);
    }
  } finally {
    threads?.dispose();
    await segmenter.dispose();
  }
  const failed = results.flatMap((result) => ("error" in result ? [result.file] : []));
  if (flags.json === true) stdout.write(`${JSON.stringify(jsonOf(results), undefined, 2)}\n`);
  if (failed.length === 0) return;
  throw new FormatError(
    `segment: expected ${photos.length} photos that can be read, got ${failed.length} that cannot: ${failed.join(", ")}. ` +
      `The other ${photos.length - failed.length} are in ${flags.out}.`,
  );
}

type Segmented = Exclude<PhotoResult, { readonly error: string }>;

function resultLine({ file, width, height, classes, labels }: Segmented): string {
  const shown = classes.filter(({ pixels }) => pixels > 0).sort((a, b) => b.pixels - a.pixels);
  const shares = shown.map(({ name, share }) => `${name} ${percent(share)}`).join(", ");
  return `${file} (${width}x${height}): ${shares} -> ${labels}`;
}

/** What `--json` prints. */
function jsonOf(results: readonly PhotoResult[]): object {
  return {
    photos: results.filter((result) => !("error" in result)),
    failed: results.filter((result) => "error" in result),
  };
}
