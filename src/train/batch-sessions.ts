/**
 * The sessions of one model. On the processor one session serves every batch size; other devices need every shape before they
 * run, and get a session for each size.
 */
import { avoidWebGpuFaults, BATCH, bindDims, decodeModel, encodeModel } from "../onnx/index.ts";
import type { EngineSession } from "../runtime/index.ts";

export class BatchSessions {
  readonly #model: Uint8Array;
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
    const model = this.#symbolic
      ? this.#model
      : encodeModel(avoidWebGpuFaults(bindDims(decodeModel(this.#model).graph, { [BATCH]: batch })));
    const session = await this.#open(model);
    this.#sessions.set(key, session);
    return session;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }
}
