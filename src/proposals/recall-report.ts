/** The recall of proposals as numbers, text and curves. */

import { averageRecall, type ObjectOverlaps, proposalsForRecall, recallAt } from "./proposal-recall.ts";

/** IoU thresholds of the table. */
const TABLE_IOU = [0.5, 0.7, 0.9] as const;
/** The recall whose price in proposals is asked, and at which IoU. */
const WANTED_RECALL = 0.75;
const WANTED_IOU = 0.7;
/** Numbers of proposals at which recall is listed, as far as there are as many. */
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const;

export interface RecallReport {
  readonly objects: number;
  /** Proposals of a photo at most. */
  readonly most: number;
  /** With all proposals: recall at IoU 0.5, 0.7 and 0.9. */
  readonly recall: readonly { readonly iou: number; readonly recall: number }[];
  /** Recall averaged over IoU 0.5 to 1. */
  readonly averageRecall: number;
  /** Proposals a photo that find 75 % of the objects with IoU 0.7; null if all do not. */
  readonly proposalsFor75: number | null;
  /** Curves: over IoU with all proposals, and over the number of proposals. */
  readonly overIou: readonly { readonly iou: number; readonly recall: number }[];
  readonly overCount: readonly {
    readonly count: number;
    /** At the IoU thresholds of `recall`. */
    readonly recall: readonly number[];
    readonly averageRecall: number;
  }[];
}

/**
 * Sums up the overlaps of a set of photos.
 *
 * @param most - Proposals of a photo at most.
 */
export function recallReport(objects: readonly ObjectOverlaps[], most: number): RecallReport {
  const counts = [...COUNTS.filter((count) => count < most), most];
  return {
    objects: objects.length,
    most,
    recall: TABLE_IOU.map((iou) => ({ iou, recall: recallAt(objects, iou, most) })),
    averageRecall: averageRecall(objects, most),
    proposalsFor75: proposalsForRecall(objects, WANTED_IOU, WANTED_RECALL) ?? null,
    overIou: Array.from({ length: 51 }, (_, i) => {
      const iou = (50 + i) / 100;
      return { iou, recall: recallAt(objects, iou, most) };
    }),
    overCount: counts.map((count) => ({
      count,
      recall: TABLE_IOU.map((iou) => recallAt(objects, iou, count)),
      averageRecall: averageRecall(objects, count),
    })),
  };
}

/** The report as lines of text. */
export function describeRecall({ objects, overCount, proposalsFor75 }: RecallReport): string {
  const share = (value: number): string => value.toFixed(3).padStart(8);
  const head = ["boxes", ...TABLE_IOU.map((iou) => `IoU ${iou}`), "average"];
  const lines = [head.map((text) => text.padStart(8)).join("")];
  for (const { count, recall, averageRecall: average } of overCount) {
    lines.push(`${count}`.padStart(8) + [...recall, average].map(share).join(""));
  }
  const wanted = `${100 * WANTED_RECALL} % of the objects at IoU ${WANTED_IOU}`;
  lines.push(
    `${objects} objects; ${proposalsFor75 === null ? `${wanted} are not reached` : `${wanted} need ${proposalsFor75} boxes a photo`}`,
  );
  return lines.join("\n");
}
