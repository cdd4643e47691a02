/** Measures proposals on photos whose objects are known. */
import { DatasetError } from "../../errors.ts";
import {
  type EdgeBoxesOptions,
  type EdgeDetector,
  objectOverlaps,
  PROPOSE_BOXES_DEFAULTS,
  type ProposedPhoto,
  proposeBoxes,
  type RecallReport,
  recallReport,
} from "../../proposals/index.ts";
import type { PhotoObjects } from "./photo-objects.ts";

export interface EvaluateProposalsOptions {
  readonly detector: EdgeDetector;
  readonly boxes?: Partial<EdgeBoxesOptions>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Proposes boxes for every photo and measures how many of its objects they find.
 *
 * @throws {DatasetError} if no photo has an object. `signal.reason` if cancelled. What reading a photo throws.
 */
export async function evaluateProposals(
  photos: PhotoObjects,
  { detector, boxes = {}, signal, onProgress }: EvaluateProposalsOptions,
): Promise<RecallReport> {
  const proposed: ProposedPhoto[] = [];
  for (let photo = 0; photo < photos.length; photo++) {
    const { image, objects } = await photos.read(photo);
    signal?.throwIfAborted();
    if (objects.length > 0) proposed.push({ proposals: await proposeBoxes(image, { ...boxes, detector }), objects });
    onProgress?.(photo + 1, photos.length);
  }
  if (proposed.length === 0) {
    throw new DatasetError(
      `evaluateProposals: expected objects of at least ${photos.minPixels} px in ${photos.length} photos, got none.`,
      photos.folder,
    );
  }
  return recallReport(objectOverlaps(proposed), boxes.maxBoxes ?? PROPOSE_BOXES_DEFAULTS.maxBoxes);
}
