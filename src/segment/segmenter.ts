/** Segments whole photos with a trained network. */
import type { CrfPreset, CrfThreads } from "../crf/index.ts";
import { BackendError, OptionError } from "../errors.ts";
import { flipImage, type Image } from "../image/index.ts";
import { type LabelMap, type Palette, VOC_PALETTE } from "../labels/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { fitPhoto, fittedSize } from "./fit.ts";
import { labelsAt } from "./labels-at.ts";
import { flipScores, meanScores } from "./mean-scores.ts";
import type { SegmentationModel } from "./model.ts";
import { refineLabels } from "./refine.ts";
import { type GraphLayout, segmentationGraph } from "./segmentation-graph.ts";
import { requireSegmentationMemory } from "./segmentation-memory.ts";
import { TileNet, type TileNetOptions } from "./tile-net.ts";
import type { ScoreMap } from "./tiles.ts";

export interface SegmenterOptions extends TileNetOptions, Omit<GraphLayout, "size"> {
  /** The longer side to which a photo is brought, px; of several sizes, the mean of the scores counts. Default: the model's own. */
  readonly size?: number | readonly number[];
  /** Also segments the mirror image; the mean of the scores counts. Takes twice the time. Default false. */
  readonly flip?: boolean;
  /** Refines the labels with a CRF, such as `CRF_PRESETS.pydensecrf`. Default: none. */
  readonly crf?: CrfPreset;
  /** The longer side at which the CRF works at most, px. Default 1024. */
  readonly crfSize?: number;
  /** Threads from `openCrfThreads`; they are the caller's to dispose of. Default: the caller's own thread. */
  readonly crfThreads?: CrfThreads;
}

export interface SegmentOptions {
  readonly signal?: AbortSignal;
}

/** A size at which photos are seen, and the network for its tiles. */
interface View {
  readonly size: number;
  readonly net: TileNet;
}

/** Holds a network in a thread of its own for each size of tile; `dispose` frees them. */
export class Segmenter {
  readonly classNames: readonly string[];
  /** 256 colours, by label. */
  readonly palette: Palette;
  /** The longer side of score maps, px: the largest size at which photos are seen. */
  readonly size: number;
  /** Side of the square that the network sees at that size, px. */
  readonly tileSize: number;
  readonly #views: readonly View[];
  readonly #options: Pick<SegmenterOptions, "flip" | "crf" | "crfSize" | "crfThreads">;

  private constructor(model: SegmentationModel, views: readonly View[], largest: View, options: SegmenterOptions) {
    this.classNames = model.classNames;
    this.palette = model.palette ?? VOC_PALETTE;
    this.size = largest.size;
    this.tileSize = largest.net.tileSize;
    this.#views = views;
    this.#options = options;
  }

  /** @throws {OptionError} for sizes that the network cannot take. {@link BackendError} if it does not fit into memory. */
  static async create(runtime: Runtime, model: SegmentationModel, options: SegmenterOptions = {}): Promise<Segmenter> {
    const views: View[] = [];
    try {
      for (const size of new Set([options.size ?? model.evaluationSize].flat())) {
        views.push(await openView(runtime, model, { ...options, size }, views));
      }
      const [first, ...others] = views;
      if (first === undefined)
        throw new OptionError("Segmenter: expected at least 1 size, got 0. Leave it out for the model's own.");
      const largest = others.reduce((most, view) => (view.size > most.size ? view : most), first);
      return new Segmenter(model, views, largest, options);
    } catch (error) {
      await disposeViews(views);
      throw error;
    }
  }

  /** The score map of a photo, of the largest size at which the network saw it. */
  async scores(photo: Image, options: SegmentOptions = {}): Promise<ScoreMap> {
    const [scores] = await this.batchScores([photo], options);
    if (scores === undefined) throw new BackendError("Segmenter.scores: expected a score map, got none.");
    return scores;
  }

  /** Score maps of several photos, whose tiles share batches. */
  async batchScores(photos: readonly Image[], { signal }: SegmentOptions = {}): Promise<ScoreMap[]> {
    const maps: ScoreMap[][] = photos.map(() => []);
    for (const { size, net } of this.#views) {
      const fitted = photos.map((photo) => fitPhoto(photo, size));
      const mirrored = this.#options.flip === true ? fitted.map(flipImage) : [];
      for (const [i, map] of (await net.scores([...fitted, ...mirrored], signal)).entries()) {
        maps[i % photos.length]?.push(i < photos.length ? map : flipScores(map));
      }
    }
    return photos.map((photo, i) => meanScores(maps[i] ?? [], fittedSize(photo, this.size)));
  }

  /** The label map of a photo, of its own size. */
  async segment(photo: Image, options: SegmentOptions = {}): Promise<LabelMap> {
    return this.labels(await this.scores(photo, options), photo, options);
  }

  /** The label map that belongs to a photo's score map, of the photo's size, refined by the CRF if there is one. */
  async labels(scores: ScoreMap, photo: Image, { signal }: SegmentOptions = {}): Promise<LabelMap> {
    const { crf, crfSize, crfThreads } = this.#options;
    if (crf === undefined) return labelsAt(scores, photo);
    const { labels } = await refineLabels({ kind: "scores", map: scores }, photo, crf, {
      ...(crfSize === undefined ? {} : { size: crfSize }),
      ...(crfThreads === undefined ? {} : { threads: crfThreads }),
      ...(signal === undefined ? {} : { signal }),
    });
    return labels;
  }

  async dispose(): Promise<void> {
    await disposeViews(this.#views);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** Sizes whose tiles are equal share a network. */
async function openView(
  runtime: Runtime,
  model: SegmentationModel,
  options: SegmenterOptions & { readonly size: number },
  open: readonly View[],
): Promise<View> {
  const graph = segmentationGraph(model, runtime.device, options);
  const there = open.find(({ net }) => net.tileSize === graph.tileSize);
  if (there !== undefined) return { size: graph.size, net: there.net };
  requireSegmentationMemory(model, runtime.device, options, runtime.availableMemory());
  return { size: graph.size, net: await TileNet.create(runtime, model, graph, options) };
}

async function disposeViews(views: readonly View[]): Promise<void> {
  for (const { net } of views) await net.dispose();
}
