/**
 * Copies between this thread and a device's memory. The runtime offers no copy of its own (reading a device's tensor directly
 * ends the process, onnxruntime-node 1.30), so that a graph of one node does it, with its output on the side that is wanted.
 */
import { encodeModel, GraphBuilder, type Shape, type Tensor } from "../onnx/index.ts";
import type { DeviceTensor, EngineSession } from "../runtime/index.ts";

/** Opens a session whose outputs named in `keep` stay on the device. */
export type OpenSession = (model: Uint8Array, keep: readonly string[]) => Promise<EngineSession>;

export class DeviceMemory {
  readonly #open: OpenSession;
  /** By direction and number of axes. */
  readonly #sessions = new Map<string, EngineSession>();

  constructor(open: OpenSession) {
    this.#open = open;
  }

  async upload(tensor: Tensor): Promise<DeviceTensor> {
    const session = await this.#session(tensor.shape.length, ["y"]);
    return (await session.runOnDevice({ x: tensor })).device["y"] as DeviceTensor;
  }

  async download(tensor: DeviceTensor): Promise<Tensor> {
    const session = await this.#session(tensor.shape.length, []);
    return (await session.runOnDevice({ x: tensor })).host["y"] as Tensor;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }

  async #session(rank: number, keep: readonly string[]): Promise<EngineSession> {
    const key = `${keep.join()}/${rank}`;
    const existing = this.#sessions.get(key);
    if (existing !== undefined) return existing;
    const g = new GraphBuilder("copy");
    g.output(g.op("Identity", [g.input("x", "float32", symbolicShape(rank))], {}, { name: "y" }));
    const session = await this.#open(encodeModel(g.build()), keep);
    this.#sessions.set(key, session);
    return session;
  }
}

/** Axes of any size. */
export function symbolicShape(rank: number): Shape {
  return Array.from({ length: rank }, (_, axis) => `d${axis}`);
}
