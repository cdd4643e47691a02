/**
 * Writes down what a run looks like: its log, TensorBoard's events, pictures and the report. Only the log matters for the
 * run; if anything else cannot be written, the training says so once and goes on.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "../../data/node.ts";
import { type Evaluation, evaluationFile, jsonText } from "../../evaluate/index.ts";
import type { Image } from "../../image/index.ts";
import { encodePhoto } from "../../image/node.ts";
import { type Palette, VOC_PALETTE } from "../../labels/index.ts";
import {
  type DataSetEntry,
  type EventImage,
  NO_PICTURES,
  type RunPicture,
  type RunPictures,
} from "../../runs/index.ts";
import { EventWriter, RUN_FILES, readRun, writeReport } from "../../runs/node.ts";
import { writeFileAtomically } from "../../weights/node.ts";
import type { MicroBatch } from "../step-host.ts";
import { batchPicture } from "./batch-picture.ts";
import { type CaptionedPicture, PickedPhotos } from "./picked-photos.ts";
import type { RunFolder } from "./run-folder.ts";
import type { TrainingProgress } from "./run-options.ts";
import { classColors } from "./trained-model.ts";
import type { TrainingData } from "./training-data.ts";

/** Of a run's first steps the batches are drawn; of a validation so many of the worst and the best photos. */
const [BATCHES, PHOTOS] = [3, 6];

/** From one report to the next: at least so long, ms, and so many times as long as writing it takes. */
const [REPORT_MS, REPORT_TIMES] = [30_000, 100];

export class RunRecorder {
  readonly #folder: RunFolder;
  readonly #data: TrainingData;
  readonly #note: (text: string) => void;
  readonly #events: EventWriter;
  readonly #palette: Palette;
  #pictures: RunPictures | undefined;
  /** When the next report is due, even if nothing is validated. */
  #reportAt = 0;
  #isBroken = false;

  /** @param note - Told what cannot be written. */
  constructor(folder: RunFolder, data: TrainingData, note: (text: string) => void) {
    this.#folder = folder;
    this.#data = data;
    this.#note = note;
    this.#events = new EventWriter(folder.path);
    const colors = classColors(data);
    this.#palette = VOC_PALETTE.map((color, label) => colors[label] ?? color);
  }

  /** @param continued - Sample of the model that the run goes on from; 0 for one of its own. */
  async started(samples: number, continued: number): Promise<void> {
    const { sets, validation } = this.#data;
    await this.#log({
      type: "start",
      samples,
      continued,
      sets: sets.map(({ dataset }) => setEntry(dataset)),
      validation: validation === undefined ? null : setEntry(validation),
    });
  }

  /**
   * @param step - Number of the step in this run, from 0.
   * @param samples - Seen before it.
   */
  async batch(step: number, samples: number, batches: readonly MicroBatch[]): Promise<void> {
    if (step >= BATCHES) return;
    await this.#guarded(async () => {
      const name = `batch-${step + 1}`;
      const picture = batchPicture(batches, this.#palette);
      const shown = await this.#savePicture(`${name}.jpg`, { picture, caption: `batch ${step + 1}` });
      await this.#events.append({ samples, images: { [`batch/${step + 1}`]: shown.image } });
      const before = await this.#readPictures();
      await this.#savePictures({ ...before, batches: [...before.batches.slice(0, step), shown.entry] });
      if (step === 0) await this.#report();
    });
  }

  async step(progress: TrainingProgress): Promise<void> {
    await this.#log({ type: "step", ...progress });
    const { samples, loss, lossParts, learningRate, samplesPerSecond, readerShare, residentBytes } = progress;
    const scalars = {
      "train/loss": loss,
      ...Object.fromEntries(Object.entries(lossParts).map(([name, value]) => [`train/loss of ${name}`, value])),
      "train/learning rate": learningRate,
      "speed/samples per second": samplesPerSecond,
      "speed/reader share": readerShare,
      "memory/resident GB": residentBytes / 1e9,
    };
    await this.#guarded(async () => {
      await this.#events.append({ samples, scalars });
      if (performance.now() >= this.#reportAt) await this.#report();
    });
  }

  /** What a validation is to show its photos to. */
  pickPhotos(): PickedPhotos {
    const half = Math.ceil((this.#data.validation?.files.length ?? 0) / 2);
    return new PickedPhotos(Math.min(PHOTOS, half), this.#data.classNames, this.#palette);
  }

  async validated(samples: number, evaluation: Evaluation, photos: PickedPhotos): Promise<void> {
    const file = evaluationFile(evaluation);
    const iou = file.classes.map((score) => score.iou);
    await this.#log({ type: "validation", samples, meanIoU: file.meanIoU, iou });
    await this.#guarded(async () => {
      const json = new TextEncoder().encode(`${jsonText(file)}\n`);
      await writeFileAtomically(this.#folder.file(RUN_FILES.evaluation), [json]);
      const [worst, best] = [await this.#saveAll("worst", photos.worst), await this.#saveAll("best", photos.best)];
      const found = file.classes.flatMap((score) =>
        score.iou === null ? [] : [[`class IoU/${score.name}`, score.iou]],
      );
      const scalars = { ...(file.meanIoU === null ? {} : { "IoU/mean": file.meanIoU }), ...Object.fromEntries(found) };
      await this.#events.append({ samples, scalars, images: { ...worst.images, ...best.images } });
      await this.#savePictures({ ...(await this.#readPictures()), worst: worst.entries, best: best.entries });
      await this.#report();
    });
  }

  async ended(samples: number, finished: boolean): Promise<void> {
    await this.#log({ type: "end", samples, finished });
    await this.#guarded(() => this.#report());
  }

  /** What went wrong has precedence over what cannot be written now. */
  async failed(samples: number, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    await this.#log({ type: "end", samples, finished: false, error: message }).catch(() => undefined);
    await this.#report().catch(() => undefined);
  }

  async #log(entry: Parameters<RunFolder["log"]>[0]): Promise<void> {
    await this.#folder.log({ time: new Date().toISOString(), ...entry });
  }

  /** Writes a picture to `samples/`; those of the same name are replaced. */
  async #savePicture(
    file: string,
    { picture, caption }: CaptionedPicture,
  ): Promise<{ entry: RunPicture; image: EventImage }> {
    await mkdir(this.#folder.file(RUN_FILES.samples), { recursive: true });
    const bytes = await encodePhoto(picture, "jpeg");
    await writeFile(this.#folder.file(join(RUN_FILES.samples, file)), bytes);
    return { entry: { file, caption }, image: eventImage(picture, bytes) };
  }

  async #saveAll(
    kind: string,
    pictures: readonly CaptionedPicture[],
  ): Promise<{ entries: RunPicture[]; images: Record<string, EventImage> }> {
    const entries: RunPicture[] = [];
    const images: Record<string, EventImage> = {};
    for (const [i, picture] of pictures.entries()) {
      const saved = await this.#savePicture(`${kind}-${i + 1}.jpg`, picture);
      entries.push(saved.entry);
      images[`${kind}/${i + 1}`] = saved.image;
    }
    return { entries, images };
  }

  /** A resumed run keeps those that are there. */
  async #readPictures(): Promise<RunPictures> {
    this.#pictures ??= await readRun(this.#folder.path).then(
      ({ pictures }) => pictures,
      () => NO_PICTURES,
    );
    return this.#pictures;
  }

  async #savePictures(pictures: RunPictures): Promise<void> {
    const colors = this.#data.classNames.map((name, label) => ({ name, color: this.#palette[label] ?? [0, 0, 0] }));
    this.#pictures = { ...pictures, colors };
    const text = new TextEncoder().encode(`${jsonText(this.#pictures)}\n`);
    await writeFileAtomically(this.#folder.file(join(RUN_FILES.samples, RUN_FILES.pictures)), [text]);
  }

  async #report(): Promise<void> {
    const begun = performance.now();
    await writeReport(this.#folder.path);
    const ended = performance.now();
    this.#reportAt = ended + Math.max(REPORT_MS, REPORT_TIMES * (ended - begun));
  }

  async #guarded(write: () => Promise<unknown>): Promise<void> {
    if (this.#isBroken) return;
    try {
      await write();
    } catch (error) {
      this.#isBroken = true;
      this.#note(`the training goes on without report and TensorBoard events, which cannot be written: ${error}`);
    }
  }
}

function setEntry({ folder, split, files }: Dataset): DataSetEntry {
  return { folder, split, photos: files.length };
}

function eventImage({ height, width }: Image, bytes: Uint8Array): EventImage {
  return { height, width, bytes };
}
