/**
 * Sessions of ONNX Runtime in the thread that calls. The runtime module itself is passed in, since Node and pages have
 * different ones. In Node, `run` blocks its thread from start to end: use it in a worker.
 */
import { BackendError } from "../errors.ts";
import type { DataType, Tensor, TensorArray } from "../onnx/index.ts";

/** The part of onnxruntime-node and onnxruntime-web that is used. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array | string, options: Readonly<Record<string, unknown>>): Promise<OrtSession>;
  };
  readonly Tensor: new (type: DataType, data: TensorArray, dims: readonly number[]) => OrtTensor;
}

export interface OrtTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** The bytes of a model, or the path of a `.onnx` file (Node). */
export type ModelSource = Uint8Array | string;

export interface EngineOptions {
  /** Threads of one operator. Default: the number of physical cores. */
  readonly threads?: number;
  /** The folder that the locations of external tensors are relative to. Default: the model's own, or none. */
  readonly externalDataFolder?: string;
  /** Keep freed memory for the next run. Faster allocation, higher resident memory. Default true. */
  readonly memoryArena?: boolean;
  /** `all` rewrites the graph for the processor; `none` runs it as it is. Default `all`. */
  readonly optimization?: "all" | "none";
  /** Write a profile of every node with this prefix. */
  readonly profilePrefix?: string;
}

/** The engine's part of a larger options object, so that nothing else is sent to its thread. */
export function pickEngineOptions(options: EngineOptions): EngineOptions {
  const names = ["threads", "externalDataFolder", "memoryArena", "optimization", "profilePrefix"] as const;
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

export type Tensors = Readonly<Record<string, Tensor>>;

export class EngineSession {
  readonly #ort: OrtModule;
  readonly #session: OrtSession;

  private constructor(ort: OrtModule, session: OrtSession) {
    this.#ort = ort;
    this.#session = session;
  }

  static async open(
    ort: OrtModule,
    model: ModelSource,
    options: EngineOptions,
    providers: readonly string[],
  ): Promise<EngineSession> {
    const folder = options.externalDataFolder;
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: providers,
        graphOptimizationLevel: options.optimization === "none" ? "disabled" : "all",
        // Warnings about initialisers that it folded are no news to a user.
        logSeverityLevel: 3,
        ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
        ...(options.memoryArena === undefined ? {} : { enableCpuMemArena: options.memoryArena }),
        ...(options.profilePrefix === undefined
          ? {}
          : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
        ...(folder === undefined
          ? {}
          : { extra: { session: { model_external_initializers_file_folder_path: folder } } }),
      });
      return new EngineSession(ort, session);
    } catch (error) {
      throw new BackendError(
        `createSession: expected a model that ONNX Runtime loads, got one that it refuses: ${firstLine(error)}`,
        { cause: error },
      );
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /** Runs the graph once and returns the outputs named in `fetch` (all by default). */
  async run(feeds: Tensors, fetch: readonly string[] = this.outputNames): Promise<Record<string, Tensor>> {
    const fed: Record<string, OrtTensor> = {};
    for (const [name, { type, shape, data }] of Object.entries(feeds))
      fed[name] = new this.#ort.Tensor(type, data, shape);
    try {
      const outputs = await this.#session.run(fed, fetch);
      return Object.fromEntries(fetch.map((name) => [name, fromOrt(outputs[name], name)]));
    } catch (error) {
      if (error instanceof BackendError) throw error;
      throw new BackendError(`run: expected ONNX Runtime to finish, got its error: ${firstLine(error)}`, {
        cause: error,
      });
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function fromOrt(tensor: OrtTensor | undefined, name: string): Tensor {
  if (tensor === undefined) throw new BackendError(`run: expected an output "${name}", got none.`);
  return { type: tensor.type as DataType, shape: [...tensor.dims], data: tensor.data as TensorArray };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? message;
}
