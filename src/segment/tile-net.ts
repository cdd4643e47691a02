/** A network that scores photos of a fixed size, tile by tile. */
import { BackendError, OptionError } from "../errors.ts";
import { type Box, cropImage, type Image, meanColor, networkInput, type Preprocessing } from "../image/index.ts";
import type { Tensor } from "../onnx/index.ts";
import { type EngineOptions, type Runtime, Session } from "../runtime/index.ts";
import type { SegmentationModel } from "./model.ts";
import type { SegmentationGraph } from "./segmentation-graph.ts";
import { DEFAULT_BATCH } from "./segmentation-memory.ts";
import { type ScoreMap, TileAccumulator, tilesOf } from "./tiles.ts";

export interface TileNetOptions extends EngineOptions {
  /** Tiles that go through the network together. Default 4. */
  readonly batch?: number;
}

/** A part of a photo that the network sees at once. */
interface Tile {
  readonly photo: Image;
  readonly box: Box;
}

/** Neighbouring tiles share at least this part of their side. */
const OVERLAP = 0.25;

/** Holds a network in a thread of its own; `dispose` frees it. */
export class TileNet {
  readonly tileSize: number;
  readonly #classes: number;
  readonly #preprocessing: Preprocessing;
  readonly #batch: number;
  #session: Session | undefined;

  private constructor(model: SegmentationModel, tileSize: number, batch: number, session: Session) {
    this.tileSize = tileSize;
    this.#classes = model.classNames.length;
    this.#preprocessing = model.preprocessing;
    this.#batch = batch;
    this.#session = session;
  }

  static async create(
    runtime: Runtime,
    model: SegmentationModel,
    { graph, tensors, tileSize }: SegmentationGraph,
    options: TileNetOptions,
  ): Promise<TileNet> {
    const batch = options.batch ?? DEFAULT_BATCH;
    if (!Number.isInteger(batch) || batch < 1)
      throw new OptionError(`Segmenter: expected a batch of at least 1, got ${batch}.`);
    const prepared = await model.findPrepared?.(graph, runtime.device);
    const session = await Session.create(runtime, graph, {
      ...options,
      parameters: tensors,
      batch,
      ...(prepared === undefined ? {} : { prepared }),
    });
    return new TileNet(model, tileSize, batch, session);
  }

  /** Score maps of the photos' own sizes; the tiles of all photos share batches. */
  async scores(photos: readonly Image[], signal?: AbortSignal): Promise<ScoreMap[]> {
    const overlap = Math.round(this.tileSize * OVERLAP);
    const tiles = photos.flatMap((photo, index) =>
      tilesOf(photo, this.tileSize, overlap).map((box) => ({ index, photo, box })),
    );
    const maps = photos.map((photo) => new TileAccumulator(this.#classes, photo));
    for (let start = 0; start < tiles.length; start += this.#batch) {
      const group = tiles.slice(start, start + this.#batch);
      const scores = await this.#run(group, signal);
      const length = scores.length / group.length;
      group.forEach(({ index, box }, i) => {
        maps[index]?.add(box, scores.subarray(i * length, (i + 1) * length));
      });
    }
    return maps.map((map) => map.mean());
  }

  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.dispose();
  }

  async #run(tiles: readonly Tile[], signal: AbortSignal | undefined): Promise<Float32Array> {
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
