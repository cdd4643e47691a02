/** From a photo to proposals: edge detector, orientation, suppression, edge boxes. */

import { ShapeError } from "../errors.ts";
import { edgeBoxes, type Proposal } from "./edge-boxes.ts";
import type { EdgeBoxesOptions } from "./edge-boxes-options.ts";
import type { EdgeMap } from "./edge-map.ts";
import { edgeNms } from "./edge-nms.ts";
import { edgeOrientation } from "./edge-orientation.ts";
import { detectGradientEdges } from "./gradient-edges.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Turns a photo into an edge map of its size, not thinned; may answer later, as a network does. */
export type EdgeDetector = (image: RgbImage) => EdgeMap | Promise<EdgeMap>;

/** Settings of {@link proposeBoxes}: those of edge boxes and the detector. */
export interface ProposeBoxesOptions extends EdgeBoxesOptions {
  readonly detector: EdgeDetector;
}

/** The number of proposals of the paper; the detector needs no model. Parameters of edge boxes keep their defaults. */
export const PROPOSE_BOXES_DEFAULTS: Readonly<Pick<ProposeBoxesOptions, "detector" | "maxBoxes">> = Object.freeze({
  detector: detectGradientEdges,
  maxBoxes: 2000,
});

/**
 * Proposes boxes that are likely to hold an object.
 *
 * @param image - RGB, uint8, `[height, width, 3]`.
 * @param options - {@link ProposeBoxesOptions}; defaults {@link PROPOSE_BOXES_DEFAULTS} and `EDGE_BOXES_DEFAULTS`.
 * @returns Proposals, best first; none for an empty or constant photo.
 * @throws {ShapeError} for an image of the wrong length or an edge map of another size, {OptionError} for options out of
 *   range, {FormatError} for strengths that are not finite or negative.
 * @see Noh, Hong and Han, "Learning Deconvolution Network for Semantic Segmentation", ICCV 2015, section 4.4.
 */
export async function proposeBoxes(image: RgbImage, options: Partial<ProposeBoxesOptions> = {}): Promise<Proposal[]> {
  const { detector, ...boxOptions } = { ...PROPOSE_BOXES_DEFAULTS, ...options };
  const edges = await detector(image);
  if (edges.width !== image.width || edges.height !== image.height) {
    throw new ShapeError(
      `proposeBoxes: expected an edge map of ${image.width} x ${image.height} as the photo, ` +
        `got ${edges.width} x ${edges.height} from the detector.`,
    );
  }
  const orientation = edgeOrientation(edges);
  return edgeBoxes(edgeNms(edges, orientation), orientation, boxOptions);
}
