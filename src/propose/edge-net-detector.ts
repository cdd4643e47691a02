/** Finds edges with a trained edge net: a photo of any size in, an edge map of its size out. */
import { BackendError } from "../errors.ts";
import { type Image, image, networkInput, type Preprocessing, resizeScores } from "../image/index.ts";
import { EDGE_NET_GRID, edgeNet, inferenceGraph } from "../nets/index.ts";
import { type BoundGraph, freeSize, GraphBuilder, type Tensor, type TensorSource } from "../onnx/index.ts";
import type { EdgeMap, RgbImage } from "../proposals/index.ts";
import { type EngineOptions, estimateMemory, type Runtime, requireMemory, Session } from "../runtime/index.ts";

/** Mean and deviation of the colours of photos. */
export const EDGE_NET_PREPROCESSING: Preprocessing = Object.freeze({
  order: "rgb",
  mean: [123, 117, 104],
  std: [58, 57, 57],
} as const);

/** Holds a network in a thread of its own; `dispose` frees it. */
export class EdgeNetDetector {
  readonly #runtime: Runtime;
  #session: Session | undefined;

  private constructor(runtime: Runtime, session: Session) {
    this.#runtime = runtime;
    this.#session = session;
  }

  /**
   * @param parameters - Of `edgeNet`, float32, by their names.
   * @throws {ShapeError} if parameters are missing or of another shape. {@link BackendError} if the runtime refuses the network.
   */
  static async create(
    runtime: Runtime,
    parameters: ReadonlyMap<string, Tensor | TensorSource>,
    options: EngineOptions = {},
  ): Promise<EdgeNetDetector> {
    const { graph, tensors } = edgeGraph(parameters);
    const session = await Session.create(runtime, freeSize(graph), { ...options, parameters: tensors });
    return new EdgeNetDetector(runtime, session);
  }

  /**
   * @param photo - RGB, uint8, `[height, width, 3]`.
   * @returns How likely there is an edge, float32 [0, 1], not thinned.
   * @throws {ShapeError} for an image of the wrong length. {@link BackendError} if the photo needs more memory than is free.
   */
  async detect(photo: RgbImage): Promise<EdgeMap> {
    if (this.#session === undefined)
      throw new BackendError("EdgeNetDetector: expected an open detector, got one that was disposed.");
    const { width, height } = photo;
    const large = extended(photo);
    this.#requireMemory(large);
    const input: Tensor = {
      type: "float32",
      shape: [1, 3, large.height, large.width],
      data: networkInput(large, EDGE_NET_PREPROCESSING),
    };
    const outputs = await this.#session.run({ input }, { transfer: true });
    const half = Object.values(outputs)[0]?.data as Float32Array;
    const odds = resizeScores(half, [1, large.height / 2, large.width / 2], large);
    return { data: probabilities(odds, large.width, photo), width, height };
  }

  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #requireMemory({ width, height }: Image): void {
    if (width * height < CHECKED_PIXELS) return;
    const need = {
      caller: "EdgeNetDetector",
      name: `edge-net at ${width}x${height} px`,
      batch: 1,
      estimate: () => estimateMemory(edgeNet({ width, height }).graph, { batch: 1 }),
      otherwise: "Make the photo smaller.",
    };
    requireMemory(need, this.#runtime.availableMemory());
  }
}

/** A photo of a megapixel takes 0.15 GB: smaller ones are not worth the check. */
const CHECKED_PIXELS = 1e6;

/** A side for building; the graph is then opened for all. */
const ANY_SIDE = 8 * EDGE_NET_GRID;

/** The net with the logarithm of an edge's odds, `[N, 1, height/2, width/2]`, behind its scores. */
function edgeGraph(parameters: ReadonlyMap<string, Tensor | TensorSource>): BoundGraph {
  const { graph, tensors } = inferenceGraph(edgeNet({ width: ANY_SIDE, height: ANY_SIDE }), parameters);
  const g = GraphBuilder.from({ ...graph, outputs: [] });
  const scores = g.value(graph.outputs[0] ?? "");
  g.output(g.sub(g.slice(scores, [1], [1], [2]), g.slice(scores, [1], [0], [1])));
  return { graph: g.build(), tensors };
}

/** To whole multiples of the grid; the last row and column are repeated. */
function extended(photo: RgbImage): Image {
  const { buffer, byteOffset, byteLength } = photo.data;
  const { data, width, height } = image(new Uint8Array(buffer, byteOffset, byteLength), photo.height, photo.width);
  const [fullWidth, fullHeight] = [width, height].map((side) => EDGE_NET_GRID * Math.ceil(side / EDGE_NET_GRID)) as [
    number,
    number,
  ];
  const full = new Uint8Array(3 * fullWidth * fullHeight);
  for (let y = 0; y < fullHeight; y++) {
    const row = data.subarray(3 * width * Math.min(y, height - 1), 3 * width * (Math.min(y, height - 1) + 1));
    full.set(row, 3 * fullWidth * y);
    for (let x = width; x < fullWidth; x++) full.set(row.subarray(3 * (width - 1)), 3 * (fullWidth * y + x));
  }
  return image(full, fullHeight, fullWidth);
}

/** How likely an edge is, of the part that lies over the photo. */
function probabilities(odds: Float32Array, stride: number, { width, height }: RgbImage): Float32Array {
  const edges = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) edges[width * y + x] = 1 / (1 + Math.exp(-odds[stride * y + x]!));
  }
  return edges;
}
