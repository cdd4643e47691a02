/** Proposals of photo after photo, from files. */

import { makeOutputFolder, outputPaths } from "../../data/node.ts";
import { BackendError } from "../../errors.ts";
import type { Image } from "../../image/index.ts";
import { encodePhoto, type PhotoLimits, readPhotoOrReason } from "../../image/node.ts";
import {
  type EdgeBoxesOptions,
  type EdgeDetector,
  type EdgeMap,
  edgeNms,
  edgeOrientation,
  type Proposal,
  proposeBoxes,
} from "../../proposals/index.ts";
import {
  addLegend,
  boxColor,
  drawBoxes,
  drawDirections,
  drawStrength,
  type LegendEntry,
} from "../../visualize/index.ts";
import { writeFileAtomically } from "../../weights/node.ts";

export interface ProposePhotosOptions extends PhotoLimits {
  readonly detector: EdgeDetector;
  readonly boxes?: Partial<EdgeBoxesOptions>;
  /** The folder for drawings, made if it is not there; nothing is drawn without. */
  readonly draw?: string;
  readonly signal?: AbortSignal;
}

/** What the names of drawings end with. */
const ENDINGS = { boxes: "-boxes.jpg", edges: "-edges.png", orientation: "-orientation.png" } as const;
type DrawnPaths = Readonly<Record<keyof typeof ENDINGS, string>>;

/** Boxes that are drawn: thousands would hide the photo. */
const DRAWN_BOXES = 30;

/** What became of one photo. */
export type ProposalResult =
  | {
      readonly file: string;
      /** Upright, px. */
      readonly width: number;
      readonly height: number;
      /** Best first. */
      readonly proposals: readonly Proposal[];
      readonly drawn?: DrawnPaths;
    }
  | { readonly file: string; readonly error: string };

/**
 * Proposes boxes for photos one after the other; draws the 30 best over each, its edge map, and the directions of its
 * edges, if a folder for them is given. A photo that cannot be read, or is too large, is passed over, with the reason in its result.
 *
 * @param photos - Paths.
 * @throws {OptionError} if a drawing would replace a photo, or for options out of range. `signal.reason` if cancelled.
 */
export async function* proposePhotos(
  photos: readonly string[],
  options: ProposePhotosOptions,
): AsyncGenerator<ProposalResult, void, void> {
  const { draw, signal } = options;
  const outputs = draw === undefined ? [] : await outputPaths("proposals", photos, draw, ENDINGS);
  if (draw !== undefined) await makeOutputFolder("proposals", draw);
  for (const [i, file] of photos.entries()) {
    signal?.throwIfAborted();
    const photo = await readPhotoOrReason(file, options);
    signal?.throwIfAborted();
    if (typeof photo === "string") yield { file, error: photo };
    else yield await proposePhoto(file, photo, outputs[i], options).catch((error) => leftOut(file, error));
  }
}

/** A photo that is too large for the search or for memory: the next one may not be. */
function leftOut(file: string, error: unknown): ProposalResult {
  if (error instanceof BackendError) return { file, error: error.message };
  throw error;
}

async function proposePhoto(
  file: string,
  photo: Image,
  paths: DrawnPaths | undefined,
  { detector, boxes }: ProposePhotosOptions,
): Promise<ProposalResult> {
  const { width, height } = photo;
  const edges = await detector(photo);
  const proposals = await proposeBoxes(photo, { ...boxes, detector: () => edges });
  if (paths === undefined) return { file, width, height, proposals };
  await drawResults(photo, edges, proposals, paths);
  return { file, width, height, proposals, drawn: paths };
}

/** Ranks of the boxes whose colours the legend shows. */
const LEGEND_RANKS = [1, 10, 20, DRAWN_BOXES] as const;

function boxEntries(boxes: readonly Proposal[]): LegendEntry[] {
  return LEGEND_RANKS.filter((rank) => rank <= boxes.length).map((rank) => ({
    text: `${rank}: ${boxes[rank - 1]?.score.toFixed(2)}`,
    color: boxColor(rank - 1, boxes.length),
  }));
}

/** The strongest edge of the photo becomes 1: those of a forest are seldom over 0.5, and would be dim. */
function lightened({ data, width, height }: EdgeMap): EdgeMap {
  const strongest = data.reduce((most, strength) => Math.max(most, strength), 0) || 1;
  return { data: data.map((strength) => strength / strongest), width, height };
}

/** How an edge runs, and the colour of its normal's direction. */
const DIRECTION_ENTRIES: readonly LegendEntry[] = [
  { text: "upright", color: [255, 0, 0] },
  { text: "rising", color: [128, 255, 0] },
  { text: "level", color: [0, 255, 255] },
  { text: "falling", color: [128, 0, 255] },
];

async function drawResults(
  photo: Image,
  edges: EdgeMap,
  proposals: readonly Proposal[],
  paths: DrawnPaths,
): Promise<void> {
  const orientation = edgeOrientation(edges);
  const best = proposals.slice(0, DRAWN_BOXES);
  const pictures = {
    boxes: addLegend(drawBoxes(photo, best), boxEntries(best), "no box"),
    edges: drawStrength(lightened(edgeNms(edges, orientation))),
    orientation: addLegend(drawDirections(orientation, lightened(edges)), DIRECTION_ENTRIES),
  };
  for (const [kind, picture] of Object.entries(pictures) as [keyof DrawnPaths, Image][]) {
    const format = paths[kind].endsWith(".png") ? "png" : "jpeg";
    await writeFileAtomically(paths[kind], [await encodePhoto(picture, format)], "proposals");
  }
}
