/** The worst and the best photos of a validation, as pictures. */
import { scoreImage } from "../../evaluate/index.ts";
import { type Image, resizeImage, type Size } from "../../image/index.ts";
import { type LabelMap, type Palette, resizeLabels } from "../../labels/index.ts";
import type { EvaluatedImage } from "../../segment/node.ts";
import { montage, overlay, percentText } from "../../visualize/index.ts";

/** A picture and what it shows. */
export interface CaptionedPicture {
  readonly picture: Image;
  readonly caption: string;
}

interface Picked extends CaptionedPicture {
  readonly meanIoU: number;
}

/** Longer side of each of the three pictures of a photo, px. */
const SIDE = 220;

/** Keeps a few photos of many: those with the lowest mean IoU, and of those that show a class the highest. */
export class PickedPhotos {
  readonly #count: number;
  readonly #classNames: readonly string[];
  readonly #palette: Palette;
  #worst: Picked[] = [];
  #best: Picked[] = [];

  constructor(count: number, classNames: readonly string[], palette: Palette) {
    this.#count = count;
    this.#classNames = classNames;
    this.#palette = palette;
  }

  add(image: EvaluatedImage): void {
    const { id, meanIoU } = scoreImage(image.record, this.#classNames);
    if (meanIoU === null) return;
    const isWorst = this.#worst.length < this.#count || meanIoU < (this.#worst.at(-1)?.meanIoU ?? 0);
    // A photo of background alone is right too easily.
    const showsClass = image.record.counts.some(([truth]) => truth > 0);
    const isBest = showsClass && (this.#best.length < this.#count || meanIoU > (this.#best.at(-1)?.meanIoU ?? 0));
    if (!isWorst && !isBest) return;
    const caption = `${id}: mean IoU ${percentText(meanIoU)}`;
    const picked = { meanIoU, caption, picture: sideBySide(image, this.#palette) };
    if (isWorst) this.#worst = this.#keep([...this.#worst, picked].sort((a, b) => a.meanIoU - b.meanIoU));
    if (isBest) this.#best = this.#keep([...this.#best, picked].sort((a, b) => b.meanIoU - a.meanIoU));
  }

  /** The worst first. */
  get worst(): readonly CaptionedPicture[] {
    return this.#worst;
  }

  /** The best first. */
  get best(): readonly CaptionedPicture[] {
    return this.#best;
  }

  #keep(sorted: Picked[]): Picked[] {
    return sorted.slice(0, this.#count);
  }
}

/** Photo, truth and prediction. */
function sideBySide({ photo, truth, prediction }: EvaluatedImage, palette: Palette): Image {
  const scale = Math.min(1, SIDE / Math.max(photo.height, photo.width));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  const size: Size = { height: side(photo.height), width: side(photo.width) };
  const small = resizeImage(photo, size);
  const over = (labels: LabelMap): Image => overlay(small, resizeLabels(labels, size), { palette });
  const tiles = [small, over(truth), over(prediction)].map((picture) => ({ picture }));
  return montage(tiles, { columns: 3, tileSize: Math.max(size.height, size.width) });
}
