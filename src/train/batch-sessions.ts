/**
 * The sessions of one model. On the processor one session serves every batch size; other devices need every shape before they
 * run, and get a session for each size.
 */
import { avoidWebGpuFaults, BATCH, bindDims, decodeModel, encodeModel } from "../onnx/index.ts";
import type { EngineSession } from "../runtime/index.ts";

export class BatchSessions {
  #model: Uint8Array;
  readonly #open: (model: Uint8Array) => Promise<EngineSession>;
  readonly #symbolic: boolean;
  readonly #sessions = new Map<number, EngineSession>();

  /** @param symbolic - Whether the device runs graphs whose batch size is open. */
  constructor(model: Uint8Array, symbolic: boolean, open: (model: Uint8Array) => Promise<EngineSession>) {
    this.#model = model;
    this.#open = open;
    this.#symbolic = symbolic;
  }

  /** The session for batches of a size, opened when it is first asked for. */
  async of(batch: number): Promise<EngineSession> {
    const key = this.#symbolic ? 0 : batch;
    const existing = this.#sessions.get(key);
    if (existing !== undefined) return existing;
    const model = this.#symbolic ? this.#model : withBatch(this.#model, batch);
    const session = await this.#open(model);
    this.#sessions.set(key, session);
    return session;
  }

  /** Takes another model's place, such as one with other numbers. */
  async replace(model: Uint8Array): Promise<void> {
    await this.release();
    this.#model = model;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }
}

/** Numbers that the model holds stay in it. */
function withBatch(model: Uint8Array, batch: number): Uint8Array {
  const { graph, parameters } = decodeModel(model, "training graph");
  return encodeModel(avoidWebGpuFaults(bindDims(graph, { [BATCH]: batch })), { parameters });
}
