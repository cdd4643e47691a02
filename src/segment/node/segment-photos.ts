/** Segments photo after photo from files into a folder. */
import { makeOutputFolder, outputPaths } from "../../data/node.ts";
import type { Image } from "../../image/index.ts";
import { encodePhoto, type PhotoLimits, readPhotoOrReason } from "../../image/node.ts";
import { encodeLabelMap, resizeLabels } from "../../labels/index.ts";
import { encodeNpy } from "../../tensor/index.ts";
import { addLegend, legendEntries, overlay } from "../../visualize/index.ts";
import { writeFileAtomically } from "../../weights/node.ts";
import { fitPhoto } from "../fit.ts";
import { type ClassShare, classShares } from "../labels-at.ts";
import type { Segmenter } from "../segmenter.ts";

export interface SegmentPhotosOptions extends PhotoLimits {
  /** The folder for the results; made if it is not there. */
  readonly out: string;
  /** Write the score maps too, as `.npy`, float32 `[classes, height, width]`, of the size that the network saw. Default false. */
  readonly scores?: boolean;
  readonly signal?: AbortSignal;
}

/** What the names of the results end with: indexed PNG, photo with classes and legend, score map. */
const ENDINGS = { labels: ".png", overlay: "-overlay.jpg", scores: "-scores.npy" } as const;
type OutputPaths = Readonly<Record<keyof typeof ENDINGS, string>>;

/** The longer side of an overlay is at most this, px: it is for looking at, and JPEG ends at 65,535. */
const OVERLAY_SIDE = 4096;

/** What became of one photo. */
export type PhotoResult =
  | {
      readonly file: string;
      /** Upright, px. */
      readonly width: number;
      readonly height: number;
      /** In the order of the model. */
      readonly classes: readonly ClassShare[];
      readonly labels: string;
      readonly overlay: string;
      readonly scores?: string;
    }
  | { readonly file: string; readonly error: string };

/**
 * Segments photos one after the other and writes label map and overlay of each. A photo that cannot be read is passed over,
 * with the reason in its result.
 *
 * @param photos - Paths.
 * @throws {OptionError} if a result would replace a photo. {@link BackendError} if the disk is full. `signal.reason` if cancelled.
 */
export async function* segmentPhotos(
  segmenter: Segmenter,
  photos: readonly string[],
  options: SegmentPhotosOptions,
): AsyncGenerator<PhotoResult, void, void> {
  const outputs = await outputPaths("segment", photos, options.out, ENDINGS);
  await makeOutputFolder("segment", options.out);
  for (const [i, file] of photos.entries()) {
    options.signal?.throwIfAborted();
    const photo = await readPhotoOrReason(file, options);
    if (typeof photo === "string") yield { file, error: photo };
    else yield await segmentPhoto(segmenter, file, photo, outputs[i] as OutputPaths, options);
  }
}

async function segmentPhoto(
  segmenter: Segmenter,
  file: string,
  photo: Image,
  paths: OutputPaths,
  { scores: keepScores, signal }: SegmentPhotosOptions,
): Promise<PhotoResult> {
  const stop = signal === undefined ? {} : { signal };
  const scores = await segmenter.scores(photo, stop);
  const { classNames, palette } = segmenter;
  const labels = await segmenter.labels(scores, photo, stop);
  const shown = shrinkFor(OVERLAY_SIDE, photo);
  const shownLabels = shown === photo ? labels : resizeLabels(labels, shown);
  const picture = addLegend(overlay(shown, shownLabels, { palette }), legendEntries(labels, classNames, palette));
  await writeFileAtomically(paths.labels, [encodeLabelMap(labels, palette)]);
  await writeFileAtomically(paths.overlay, [await encodePhoto(picture, "jpeg")]);
  if (keepScores === true) {
    const { classes, height, width } = scores;
    await writeFileAtomically(paths.scores, [encodeNpy(scores.data, [classes, height, width])]);
  }
  return {
    file,
    width: photo.width,
    height: photo.height,
    classes: classShares(labels, classNames),
    labels: paths.labels,
    overlay: paths.overlay,
    ...(keepScores === true ? { scores: paths.scores } : {}),
  };
}

function shrinkFor(side: number, photo: Image): Image {
  return Math.max(photo.height, photo.width) > side ? fitPhoto(photo, side) : photo;
}
