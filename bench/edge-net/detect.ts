/** The trained edge net as an edge detector: any photo in, an edge map of its size out. */
import { Session } from "deconvnet";
import { type Image, networkInput, resizeScores } from "deconvnet/image";
import { inferenceGraph, type Net } from "deconvnet/nets";
import { nodeRuntime, openEdgeDetector, readSafetensors } from "deconvnet/node";
import type { Tensor } from "deconvnet/onnx";
import type { EdgeDetector, EdgeMap, RgbImage } from "deconvnet/proposals";
import { EDGE_NET_GRID, edgeNet } from "./edge-net.ts";
import { PREPROCESSING } from "./edge-samples.ts";

/** A detector of the package by its name, a forest's file, or the parameters of an edge net (`.safetensors`). */
export async function openBenchDetector(name: string, scales?: readonly number[]): Promise<EdgeDetector> {
  if (!name.endsWith(".safetensors"))
    return (await openEdgeDetector(name, scales === undefined ? {} : { scales })).detect;
  const net = new EdgeNetDetector((await readSafetensors(name)).tensors);
  return (image) => net.detect(image);
}

/** Holds a session for each size of photo. */
export class EdgeNetDetector {
  readonly #parameters: ReadonlyMap<string, Tensor>;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(parameters: ReadonlyMap<string, Tensor>) {
    this.#parameters = parameters;
  }

  async detect({ data, width, height }: RgbImage): Promise<EdgeMap> {
    const [fullWidth, fullHeight] = [width, height].map((side) => EDGE_NET_GRID * Math.ceil(side / EDGE_NET_GRID)) as [
      number,
      number,
    ];
    const input = networkInput(padded({ data, width, height } as Image, fullWidth, fullHeight), PREPROCESSING);
    const session = await this.#session(fullWidth, fullHeight);
    const feeds = { input: { type: "float32", shape: [1, 3, fullHeight, fullWidth], data: input } } as const;
    const [scores] = Object.values(await session.run(feeds, { transfer: true })) as [Tensor & { data: Float32Array }];
    const pixels = scores.data.length / 2;
    const odds = Float32Array.from({ length: pixels }, (_, i) => scores.data[pixels + i]! - scores.data[i]!);
    const shape = [1, fullHeight / 2, fullWidth / 2] as const;
    const large = resizeScores(odds, shape, { height: fullHeight, width: fullWidth });
    const edges = new Float32Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) edges[y * width + x] = 1 / (1 + Math.exp(-large[y * fullWidth + x]!));
    }
    return { data: edges, width, height };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).dispose();
  }

  #session(width: number, height: number): Promise<Session> {
    const key = `${width}x${height}`;
    const open = this.#sessions.get(key) ?? openSession(edgeNet({ width, height }), this.#parameters);
    this.#sessions.set(key, open);
    return open;
  }
}

async function openSession(net: Net, parameters: ReadonlyMap<string, Tensor>): Promise<Session> {
  const { graph, tensors } = inferenceGraph(net, parameters);
  const numbers = new Map([...tensors].map(([name, source]) => [name, source()]));
  return await Session.create(nodeRuntime, graph, { parameters: numbers });
}

/** The last row and column are repeated. */
function padded(image: Image, width: number, height: number): Image {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const row = 3 * image.width * Math.min(y, image.height - 1);
    for (let x = 0; x < width; x++) {
      const from = row + 3 * Math.min(x, image.width - 1);
      data.set(image.data.subarray(from, from + 3), 3 * (y * width + x));
    }
  }
  return { ...image, data, width, height };
}
