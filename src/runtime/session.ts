/** A loaded network that can be run; where it runs (a worker thread, this thread) is behind one interface. */
import { BackendError, ShapeError } from "../errors.ts";
import {
  avoidWebGpuFaults,
  bindShape,
  encodeModel,
  formatShape,
  type Graph,
  type ParameterSource,
  type Tensor,
  type ValueInfo,
} from "../onnx/index.ts";
import { checkThreads } from "./devices.ts";
import { type EngineOptions, type ModelSource, pickEngineOptions, type Tensors } from "./engine.ts";
import { assertMemory, estimateMemory } from "./memory.ts";

/** What a thread that holds a session answers to. */
export interface SessionHost {
  /** Names of what the graph takes and puts out. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the graph; `transfer` hands the feeds' buffers over instead of copying them. */
  run(
    feeds: Tensors,
    fetch: readonly string[],
    options: { readonly signal?: AbortSignal | undefined; readonly transfer: boolean },
  ): Promise<Tensors>;
  /** Frees the session and its thread. */
  dispose(): Promise<void>;
}

/** Opens sessions on one kind of device. */
export interface Runtime {
  /** What it runs on, such as `cpu`. */
  readonly device: string;
  open(model: ModelSource, options: EngineOptions): Promise<SessionHost>;
  /** Bytes that this process may still take, where the platform tells. */
  availableMemory(): number | undefined;
}

export interface SessionOptions extends EngineOptions {
  /** Where the parameters' numbers are. Default: they are fed at each run. */
  readonly parameters?: ParameterSource;
  /** The largest batch that will be run: for the memory check. Default 1. */
  readonly batch?: number;
}

export interface RunOptions {
  /** Names of the outputs to return. Default: all. */
  readonly fetch?: readonly string[];
  /** Aborting rejects at once; the run under way finishes unseen. */
  readonly signal?: AbortSignal;
  /** Hand the feeds' buffers over instead of copying them: they are empty afterwards. Default false. */
  readonly transfer?: boolean;
}

export class Session {
  readonly graph: Graph;
  /** What it runs on, such as `cpu`. */
  readonly device: string;
  readonly #feeds: ReadonlyMap<string, ValueInfo>;
  #host: SessionHost | undefined;

  private constructor(graph: Graph, device: string, feeds: readonly ValueInfo[], host: SessionHost) {
    this.graph = graph;
    this.device = device;
    this.#feeds = new Map(feeds.map((value) => [value.name, value]));
    this.#host = host;
  }

  /**
   * Loads a graph into the runtime.
   *
   * @throws {OptionError} for a number of threads that no machine has.
   * @throws {BackendError} if it needs more memory than there is (before anything is allocated), if the runtime refuses it, or
   *   if the device is not there or has no kernel for a node.
   */
  static async create(runtime: Runtime, graph: Graph, options: SessionOptions = {}): Promise<Session> {
    checkThreads(options.threads);
    assertMemory(graph.name, estimateMemory(graph, { batch: options.batch ?? 1 }), runtime.availableMemory());
    const parameters = options.parameters ?? "inputs";
    const runnable = runtime.device === "webgpu" ? avoidWebGpuFaults(graph) : graph;
    const host = await runtime.open(encodeModel(runnable, { parameters }), pickEngineOptions(options));
    const feeds = parameters === "inputs" ? [...graph.inputs, ...graph.parameters] : graph.inputs;
    return new Session(graph, runtime.device, feeds, host);
  }

  /**
   * Runs the graph once.
   *
   * @param feeds - A tensor for each input (and each parameter, unless they were bound); the symbolic batch is free.
   * @throws {ShapeError} if a feed is missing, unknown, or of another type or shape.
   * @throws {BackendError} if the runtime fails; the session is closed then.
   */
  async run(feeds: Tensors, options: RunOptions = {}): Promise<Tensors> {
    const host = this.#host;
    if (host === undefined)
      throw new BackendError(
        `run: expected an open session of "${this.graph.name}", got one that was disposed or has failed.`,
      );
    options.signal?.throwIfAborted();
    this.#checkFeeds(feeds);
    const fetch = options.fetch ?? this.graph.outputs;
    try {
      return await host.run(feeds, fetch, { signal: options.signal, transfer: options.transfer ?? false });
    } catch (error) {
      // After a failure of the runtime nothing is known of its state: no worker is left behind.
      if (error instanceof BackendError) await this.dispose();
      throw error;
    }
  }

  /** Frees the session and its thread; a second call does nothing. */
  async dispose(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #checkFeeds(feeds: Tensors): void {
    const bindings: Record<string, number> = {};
    for (const [name, tensor] of Object.entries(feeds)) {
      const expected = this.#feeds.get(name);
      if (expected === undefined)
        throw new ShapeError(`run: expected feeds among ${[...this.#feeds.keys()].join(", ")}, got "${name}".`);
      checkFeed(expected, tensor, bindings);
    }
    for (const name of this.#feeds.keys()) {
      if (!Object.hasOwn(feeds, name))
        throw new ShapeError(
          `run: expected a feed for "${name}", got only ${Object.keys(feeds).join(", ") || "none"}.`,
        );
    }
  }
}

/** Compares a tensor with what the graph says; a symbolic dimension takes its size from the first feed that has it. */
function checkFeed(expected: ValueInfo, tensor: Tensor, bindings: Record<string, number>): void {
  if (tensor.shape.length === expected.shape.length) {
    expected.shape.forEach((dim, axis) => {
      if (typeof dim === "string") bindings[dim] ??= tensor.shape[axis] ?? 0;
    });
  }
  const shape = tensor.shape.length === expected.shape.length ? bindShape(expected.shape, bindings) : expected.shape;
  if (tensor.type !== expected.type || formatShape(shape) !== formatShape(tensor.shape)) {
    throw new ShapeError(
      `run: expected "${expected.name}" as ${expected.type} ${formatShape(shape)}, got ${tensor.type} ${formatShape(tensor.shape)}.`,
    );
  }
  const size = tensor.shape.reduce((product, dim) => product * dim, 1);
  if (tensor.data.length !== size) {
    throw new ShapeError(
      `run: expected ${size} elements in "${expected.name}" of shape ${formatShape(tensor.shape)}, got ${tensor.data.length}.`,
    );
  }
}
