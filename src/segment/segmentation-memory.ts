/** What segmenting with a network needs of memory, known from its graph. */
import { estimateMemory, type MemoryEstimate, requireMemory } from "../runtime/index.ts";
import type { SegmentationModel } from "./model.ts";
import { type GraphLayout, segmentationGraph, takesAnySize } from "./segmentation-graph.ts";

export interface SegmentationLayout extends GraphLayout {
  /** Tiles that go through the network together. */
  readonly batch?: number;
}

/** Tiles that go through the network together, unless something else is asked for. */
export const DEFAULT_BATCH = 4;

/** Nothing is read but the model's metadata. */
export function segmentationMemory(
  model: SegmentationModel,
  device: string,
  { batch = DEFAULT_BATCH, ...layout }: SegmentationLayout,
): MemoryEstimate {
  return estimateMemory(segmentationGraph(model, device, layout).graph, { batch });
}

/** @throws {BackendError} with what would fit, if there is less memory than a network needs. */
export function requireSegmentationMemory(
  model: SegmentationModel,
  device: string,
  layout: SegmentationLayout,
  available: number | undefined,
): void {
  const { tileSize } = segmentationGraph(model, device, layout);
  const { form } = layout;
  const smaller = form === undefined ? {} : { form };
  const estimate = (batch: number, side = tileSize): MemoryEstimate =>
    segmentationMemory(model, device, side === tileSize ? { ...layout, batch } : { ...smaller, size: side, batch });
  const need = {
    caller: "Segmenter",
    name: model.architecture,
    batch: layout.batch ?? DEFAULT_BATCH,
    side: takesAnySize(model) ? tileSize : undefined,
    estimate,
    otherwise: "Use a smaller network, such as the compact one of the package.",
  };
  requireMemory(need, available);
}
