/** Segments whole photos with a trained network. */
import type { CrfPreset, CrfThreads } from "../crf/index.ts";
import { BackendError, OptionError } from "../errors.ts";
import { type Box, cropImage, type Image, meanColor, networkInput, type Preprocessing } from "../image/index.ts";
import { type LabelMap, type Palette, VOC_PALETTE } from "../labels/index.ts";
import type { Tensor } from "../onnx/index.ts";
import { type EngineOptions, type Runtime, Session } from "../runtime/index.ts";
import { fitPhoto } from "./fit.ts";
import { labelsAt } from "./labels-at.ts";
import type { SegmentationModel } from "./model.ts";
import { refineLabels } from "./refine.ts";
import { type GraphLayout, segmentationGraph } from "./segmentation-graph.ts";
import { DEFAULT_BATCH, requireSegmentationMemory } from "./segmentation-memory.ts";
import { type ScoreMap, TileAccumulator, tilesOf } from "./tiles.ts";

export interface SegmenterOptions extends EngineOptions, GraphLayout {
  /** Tiles that go through the network together. Default 4. */
  readonly batch?: number;
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

/** Neighbouring tiles share at least this part of their side. */
const OVERLAP = 0.25;

/** Holds a network in a thread of its own; `dispose` frees it. */
export class Segmenter {
  readonly classNames: readonly string[];
  /** 256 colours, by label. */
  readonly palette: Palette;
  readonly size: number;
  readonly tileSize: number;
  readonly #preprocessing: Preprocessing;
  readonly #batch: number;
  readonly #options: Pick<SegmenterOptions, "crf" | "crfSize" | "crfThreads">;
  #session: Session | undefined;

  private constructor(
    model: SegmentationModel,
    layout: { size: number; tileSize: number; batch: number },
    options: SegmenterOptions,
    session: Session,
  ) {
    this.classNames = model.classNames;
    this.palette = model.palette ?? VOC_PALETTE;
    this.size = layout.size;
    this.tileSize = layout.tileSize;
    this.#batch = layout.batch;
    this.#preprocessing = model.preprocessing;
    this.#options = options;
    this.#session = session;
  }

  /** @throws {OptionError} for sizes that the network cannot take. {@link BackendError} if it does not fit into memory. */
  static async create(runtime: Runtime, model: SegmentationModel, options: SegmenterOptions = {}): Promise<Segmenter> {
    const batch = options.batch ?? DEFAULT_BATCH;
    if (!Number.isInteger(batch) || batch < 1)
      throw new OptionError(`Segmenter: expected a batch of at least 1, got ${batch}.`);
    const { graph, tensors, size, tileSize } = segmentationGraph(model, runtime.device, options);
    requireSegmentationMemory(model, runtime.device, options, runtime.availableMemory());
    const prepared = await model.findPrepared?.(graph, runtime.device);
    const session = await Session.create(runtime, graph, {
      ...options,
      parameters: tensors,
      batch,
      ...(prepared === undefined ? {} : { prepared }),
    });
    return new Segmenter(model, { size, tileSize, batch }, options, session);
  }

  /** The score map of a photo, of the size at which the network saw it. */
  async scores(photo: Image, options: SegmentOptions = {}): Promise<ScoreMap> {
    const [scores] = await this.batchScores([photo], options);
    if (scores === undefined) throw new BackendError("Segmenter.scores: expected a score map, got none.");
    return scores;
  }

  /** Score maps of several photos, whose tiles share batches. */
  async batchScores(photos: readonly Image[], options: SegmentOptions = {}): Promise<ScoreMap[]> {
    const fitted = photos.map((photo) => fitPhoto(photo, this.size));
    const tiles = fitted.flatMap((photo, index) =>
      tilesOf(photo, this.tileSize, Math.round(this.tileSize * OVERLAP)).map((box) => ({ index, photo, box })),
    );
    const maps = fitted.map((photo) => new TileAccumulator(this.classNames.length, photo));
    for (let start = 0; start < tiles.length; start += this.#batch) {
      const group = tiles.slice(start, start + this.#batch);
      const scores = await this.#run(group, options.signal);
      const length = scores.length / group.length;
      group.forEach(({ index, box }, i) => {
        maps[index]?.add(box, scores.subarray(i * length, (i + 1) * length));
      });
    }
    return maps.map((map) => map.mean());
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
    const session = this.#session;
    this.#session = undefined;
    await session?.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #run(tiles: readonly { photo: Image; box: Box }[], signal: AbortSignal | undefined): Promise<Float32Array> {
    if (this.#session === undefined)
      throw new BackendError("Segmenter: expected an open segmenter, got one that was disposed.");
    const side = this.tileSize;
    const length = 3 * side * side;
    const data = new Float32Array(tiles.length * length);
    tiles.forEach(({ photo, box }, i) => {
      const crop = cropImage(photo, box, { height: side, width: side }, meanColor(this.#preprocessing));
      networkInput(crop, this.#preprocessing, data.subarray(i * length, (i + 1) * length));
    });
    const input: Tensor = { type: "float32", shape: [tiles.length, 3, side, side], data };
    const outputs = await this.#session.run({ input }, { transfer: true, ...(signal === undefined ? {} : { signal }) });
    return Object.values(outputs)[0]?.data as Float32Array;
  }
}
