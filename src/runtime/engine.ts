/**
 * Sessions of ONNX Runtime in the thread that calls. The runtime module itself is passed in, since Node and pages have
 * different ones. In Node, `run` blocks its thread from start to end: use it in a worker.
 */
import { BackendError } from "../errors.ts";
import type { DataType, Tensor, TensorArray } from "../onnx/index.ts";
import { DeviceTensor } from "./device-tensor.ts";
import { checkThreads, type DeviceName } from "./devices.ts";
import { findMissingKernels } from "./missing-kernels.ts";
import type { OrtModule, OrtSession, OrtTensor } from "./ort-module.ts";
import { failureOf, isFallback, refusalOf } from "./refusal.ts";

/** The bytes of a model, or the path of a `.onnx` file (Node). */
export type ModelSource = Uint8Array | string;

export interface EngineOptions {
  /** Threads of one operator. Default: the number of physical cores. */
  readonly threads?: number;
  /** The folder that the locations of external tensors are relative to. Default: the model's own, or none. */
  readonly externalDataFolder?: string;
  /** Keep freed memory for the next run. Faster allocation, higher resident memory. Default true. */
  readonly memoryArena?: boolean;
  /** `all` rewrites the graph for the processor; `portable` only so that it holds for every processor; `none` runs it as it is. Default `all`. */
  readonly optimization?: "all" | "portable" | "none";
  /** Write the rewritten graph here, and its numbers to a file of their own beside it. */
  readonly optimizedModel?: { readonly path: string; readonly numbers: string };
  /** Write a profile of every node with this prefix. */
  readonly profilePrefix?: string;
}

/** The engine's part of a larger options object, so that nothing else is sent to its thread. */
export function pickEngineOptions(options: EngineOptions): EngineOptions {
  const names = [
    "threads",
    "externalDataFolder",
    "memoryArena",
    "optimization",
    "optimizedModel",
    "profilePrefix",
  ] as const;
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** What a run puts out, by where it is. */
export interface PlacedOutputs {
  readonly host: Record<string, Tensor>;
  /** To be disposed of by the caller. */
  readonly device: Record<string, DeviceTensor>;
}

export class EngineSession {
  readonly #ort: OrtModule;
  readonly #session: OrtSession;
  readonly #device: DeviceName;

  private constructor(ort: OrtModule, session: OrtSession, device: DeviceName) {
    this.#ort = ort;
    this.#session = session;
    this.#device = device;
  }

  /**
   * @param keep - Outputs that stay in the device's memory, for {@link runOnDevice}.
   * @throws {OptionError} for a number of threads that no machine has. {@link FormatError} if a file with the model's numbers is
   *   missing or too short. {@link BackendError} if the device is not there, has no kernel for a node, or refuses the model.
   */
  static async open(
    ort: OrtModule,
    model: ModelSource,
    options: EngineOptions,
    device: DeviceName,
    keep: readonly string[] = [],
  ): Promise<EngineSession> {
    checkThreads(options.threads);
    try {
      return new EngineSession(
        ort,
        await ort.InferenceSession.create(model, sessionOptions(options, device, keep)),
        device,
      );
    } catch (error) {
      const missing = isFallback(error) ? await findMissingKernels(ort, model, device) : [];
      throw refusalOf(error, device, missing);
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
    return (await this.runOnDevice(feeds, fetch)).host;
  }

  /** As {@link run}; feeds may be on the device, and so are the outputs that are kept there. */
  async runOnDevice(
    feeds: Readonly<Record<string, Tensor | DeviceTensor>>,
    fetch: readonly string[] = this.outputNames,
  ): Promise<PlacedOutputs> {
    const fed: Record<string, OrtTensor> = {};
    for (const [name, feed] of Object.entries(feeds))
      fed[name] = feed instanceof DeviceTensor ? feed.handle : new this.#ort.Tensor(feed.type, feed.data, feed.shape);
    let outputs: Readonly<Record<string, OrtTensor>>;
    try {
      outputs = await this.#session.run(fed, fetch);
    } catch (error) {
      throw failureOf(error, this.#device);
    }
    const placed: PlacedOutputs = { host: {}, device: {} };
    for (const name of fetch) {
      const output = outputs[name];
      if (output === undefined) throw new BackendError(`run: expected an output "${name}", got none.`);
      if (output.location === "gpu-buffer") placed.device[name] = new DeviceTensor(output);
      else placed.host[name] = fromOrt(output);
    }
    return placed;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** The runtime's names; only its level "layout" and above depends on the processor. */
const LEVELS = { all: "all", portable: "extended", none: "disabled" } as const;

function sessionOptions(
  options: EngineOptions,
  device: DeviceName,
  keep: readonly string[],
): Readonly<Record<string, unknown>> {
  const folder = options.externalDataFolder;
  const session = {
    // Numbers in a file are used where they are mapped: copies that are packed for the processor would double the memory.
    ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder, disable_prepacking: "1" }),
    ...(options.optimizedModel === undefined
      ? {}
      : {
          optimized_model_external_initializers_file_name: options.optimizedModel.numbers,
          optimized_model_external_initializers_min_size_in_bytes: "1024",
        }),
    // A node that the device has no kernel for is an error, never a silent detour over the processor.
    ...(device === "cpu" || device === "wasm" ? {} : { disable_cpu_ep_fallback: "1" }),
  };
  return {
    executionProviders: [device],
    graphOptimizationLevel: LEVELS[options.optimization ?? "all"],
    ...(options.optimizedModel === undefined ? {} : { optimizedModelFilePath: options.optimizedModel.path }),
    // A plan of the first run's memory takes a second block as large as all that the arena has taken by then: a third of the peak.
    enableMemPattern: false,
    // Warnings about initialisers that it folded are no news to a user, and errors are thrown.
    logSeverityLevel: device === "cpu" || device === "wasm" ? 3 : 4,
    extra: { session },
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.memoryArena === undefined ? {} : { enableCpuMemArena: options.memoryArena }),
    ...(options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
    ...(keep.length === 0
      ? {}
      : { preferredOutputLocation: Object.fromEntries(keep.map((name) => [name, "gpu-buffer"])) }),
  };
}

function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  return { type: type as DataType, shape: [...dims], data: data as TensorArray };
}
