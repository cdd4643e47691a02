/** A loaded network that can be run; where it runs (a worker thread, this thread) is behind one interface. */
import { BackendError, DeconvnetError, ShapeError } from "../errors.ts";
import {
  avoidWebGpuFaults,
  bindShape,
  type ExternalTensor,
  encodeModel,
  formatShape,
  type Graph,
  type ParameterSource,
  type Tensor,
  type TensorSource,
  type ValueInfo,
} from "../onnx/index.ts";
import { checkThreads } from "./devices.ts";
import { type EngineOptions, type ModelSource, pickEngineOptions, type Tensors } from "./engine.ts";
import { estimateMemory, parameterBytes, requireMemory } from "./memory.ts";

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
  /** Writes parameters to a file that sessions map into memory, where the platform has files. */
  storeParameters?(tensors: ReadonlyMap<string, TensorSource>): Promise<StoredParameters>;
}

/** Parameters in a file; `dispose` removes it. */
export interface StoredParameters {
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, ExternalTensor>;
  dispose(): Promise<void>;
}

/** The bytes of a model that was made from a graph beforehand, and the folder in which its numbers are. */
export interface PreparedModel {
  readonly model: Uint8Array;
  readonly folder: string;
  /** Told if the runtime refuses it: the graph itself is loaded then. Default: that is an error. */
  readonly onRefused?: (error: Error) => void;
}

/** Where the parameters' numbers are: fed at each run, in memory, made when they are needed, or in a file. */
export type SessionParameters = "inputs" | ReadonlyMap<string, Tensor | TensorSource | ExternalTensor>;

export interface SessionOptions extends EngineOptions {
  /** Default: they are fed at each run. */
  readonly parameters?: SessionParameters;
  /** What is loaded in the graph's stead. */
  readonly prepared?: PreparedModel;
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
    const need = {
      caller: "createSession",
      name: graph.name,
      batch: options.batch ?? 1,
      estimate: (batch: number) => estimateMemory(graph, { batch }),
      otherwise: "Use a smaller input size or network.",
    };
    requireMemory(need, runtime.availableMemory());
    const fed = options.prepared === undefined && (options.parameters ?? "inputs") === "inputs";
    const host = await openHost(runtime, graph, options);
    return new Session(graph, runtime.device, fed ? [...graph.inputs, ...graph.parameters] : graph.inputs, host);
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

/** Models with more bytes of parameters go through a file. */
const STORE_BYTES = 2 ** 23;

async function openHost(runtime: Runtime, graph: Graph, options: SessionOptions): Promise<SessionHost> {
  const engine = pickEngineOptions(options);
  const { prepared, parameters = "inputs" } = options;
  if (prepared !== undefined) {
    try {
      return await runtime.open(prepared.model, { ...engine, externalDataFolder: prepared.folder });
    } catch (error) {
      if (prepared.onRefused === undefined || !(error instanceof DeconvnetError)) throw error;
      prepared.onRefused(error);
    }
  }
  const runnable = runtime.device === "webgpu" ? avoidWebGpuFaults(graph) : graph;
  const load = (source: ParameterSource, placed: EngineOptions = engine): Promise<SessionHost> =>
    runtime.open(encodeModel(runnable, { parameters: source }), placed);
  if (parameters === "inputs") return await load(parameters);
  const [here, elsewhere] = splitParameters(parameters);
  const isSmall = parameterBytes(graph) <= STORE_BYTES;
  if (runtime.storeParameters === undefined || elsewhere.size > 0 || isSmall) {
    const values = new Map<string, Tensor | ExternalTensor>(elsewhere);
    for (const [name, source] of here) values.set(name, source());
    return await load(values);
  }
  const stored = await runtime.storeParameters(here);
  try {
    return await load(stored.tensors, { ...engine, externalDataFolder: stored.folder });
  } finally {
    // What is mapped stays readable.
    await stored.dispose();
  }
}

type Sources = Map<string, TensorSource>;

function splitParameters(
  parameters: ReadonlyMap<string, Tensor | TensorSource | ExternalTensor>,
): [here: Sources, elsewhere: Map<string, ExternalTensor>] {
  const here: Sources = new Map();
  const elsewhere = new Map<string, ExternalTensor>();
  for (const [name, value] of parameters) {
    if (typeof value === "function") here.set(name, value);
    else if ("location" in value) elsewhere.set(name, value);
    else here.set(name, () => value);
  }
  return [here, elsewhere];
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
