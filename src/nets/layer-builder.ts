/** Layers as the papers name them, on top of the graph builder: convolution with batch norm and ReLU, pooling, unpooling. */
import { OptionError } from "../errors.ts";
import { BATCH, GraphBuilder, knownDim, type ValueInfo } from "../onnx/index.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { batchNormName, reluName } from "./names.ts";
import type { BatchStatistics, Net, Parameter, ParameterKind } from "./net.ts";
import { type Pooled, portableMaxPool, portableMaxUnpool } from "./portable-pooling.ts";

export interface GraphOptions {
  /** `training`: batch norm uses the batch's statistics. `inference`: the stored ones. Default `inference`. */
  readonly mode?: "training" | "inference";
  /** In training: layers that stay as they are, such as `conv1_1`; their batch norm uses the stored statistics. */
  readonly frozen?: ReadonlySet<string>;
  /** The batch size; symbolic by default, so that one session serves all. */
  readonly batch?: number;
  /** `native`: MaxPool with indices and MaxUnpool. `portable`: masks from comparisons, for WebGPU. Default `native`. */
  readonly unpooling?: "native" | "portable";
  /** `operator`: BatchNormalization in training mode. `primitives`: written out, for WebGPU. Default `operator`. */
  readonly batchNorm?: "operator" | "primitives";
  /** Added to the variance. Default 1e-5; the original used 1e-9. */
  readonly epsilon?: number;
}

export interface ConvOptions {
  readonly kernel?: number;
  readonly pad?: number;
  /** Batch norm behind the layer. Default false. */
  readonly norm?: boolean;
  /** Default true. */
  readonly relu?: boolean;
}

export class LayerBuilder {
  readonly g: GraphBuilder;
  readonly #options: GraphOptions;
  readonly #parameters: Parameter[] = [];
  readonly #statistics: BatchStatistics[] = [];
  readonly #activations = new Map<string, string>();
  #input: ValueInfo | undefined;

  constructor(name: string, options: GraphOptions) {
    this.g = new GraphBuilder(name);
    this.#options = options;
  }

  input(height: number, width: number): ValueInfo {
    this.#input = this.g.input("input", "float32", [this.#options.batch ?? BATCH, 3, height, width]);
    return this.#input;
  }

  /** Convolution, weight `[out, in, kernel, kernel]`, then batch norm and ReLU if asked for. */
  conv(x: ValueInfo, layer: string, channels: number, options: ConvOptions = {}): ValueInfo {
    const { kernel = 3, pad = 1 } = options;
    const weight = this.#parameter(layer, "weight", [channels, channelsOf(x), kernel, kernel]);
    const bias = this.#parameter(layer, "bias", [channels]);
    const y = this.g.op("Conv", [x, weight, bias], { pads: [pad, pad, pad, pad] }, { name: layer });
    return this.#normAndRelu(y, layer, options);
  }

  /** Deconvolution (transposed convolution), weight `[in, out, kernel, kernel]`, stride 1. */
  deconv(x: ValueInfo, layer: string, channels: number, options: ConvOptions = {}): ValueInfo {
    const { kernel = 3, pad = 1 } = options;
    const weight = this.#parameter(layer, "weight", [channelsOf(x), channels, kernel, kernel]);
    const bias = this.#parameter(layer, "bias", [channels]);
    const y = this.g.op("ConvTranspose", [x, weight, bias], { pads: [pad, pad, pad, pad] }, { name: layer });
    return this.#normAndRelu(y, layer, options);
  }

  /** Upsampling by a transposed convolution without bias that stays bilinear (FCN); `pad` px are cut off at each side. */
  upsample(x: ValueInfo, layer: string, kernel: number, stride: number, pad = 0): ValueInfo {
    const channels = channelsOf(x);
    const weight = this.#parameter(layer, "weight", [channels, channels, kernel, kernel], false);
    return this.g.op(
      "ConvTranspose",
      [x, weight],
      { strides: [stride, stride], ...(pad === 0 ? {} : { pads: [pad, pad, pad, pad] }) },
      { name: layer },
    );
  }

  /** 2x2 max pooling with stride 2 that keeps its switches. Odd sizes are padded with zeros, which no ReLU output is below. */
  maxPool(x: ValueInfo, layer: string): Pooled {
    const [height, width] = [knownDim(x.shape[2], layer), knownDim(x.shape[3], layer)];
    const even = this.g.pad(x, [0, 0, 0, 0, 0, 0, height % 2, width % 2]);
    if (this.#options.unpooling === "portable") return this.g.scope(layer, () => portableMaxPool(this.g, even, layer));
    const outputs = [layer, `${layer}_mask`];
    const [output, switches] = this.g.ops(
      "MaxPool",
      [even],
      { kernel_shape: [2, 2], strides: [2, 2] },
      { name: layer, outputs },
    );
    if (output === undefined || switches === undefined)
      throw new OptionError(`maxPool: expected 2 outputs of "${layer}", got fewer.`);
    return { output, switches };
  }

  /** Puts each value back at the position that its pooling took the maximum from; all others are 0. */
  maxUnpool(x: ValueInfo, layer: string, { switches }: Pooled): ValueInfo {
    if (this.#options.unpooling === "portable")
      return this.g.scope(layer, () => portableMaxUnpool(this.g, x, switches, layer));
    return this.g.op("MaxUnpool", [x, switches], { kernel_shape: [2, 2], strides: [2, 2] }, { name: layer });
  }

  build(architecture: string, output: ValueInfo, scoreLayer: string): Net {
    if (this.#input === undefined) throw new OptionError(`${architecture}: expected an input, got none.`);
    this.g.output(output);
    return {
      architecture,
      graph: this.g.build(),
      parameters: this.#parameters,
      statistics: this.#statistics,
      activations: this.#activations,
      input: this.#input,
      output,
      scoreLayer,
    };
  }

  #parameter(
    layer: string,
    kind: ParameterKind,
    shape: readonly number[],
    trainable = this.#options.frozen?.has(layer) !== true,
  ): ValueInfo {
    const name = `${layer}.${kind}`;
    this.#parameters.push({ name, layer, kind, shape, trainable });
    return this.g.parameter(name, shape);
  }

  #normAndRelu(y: ValueInfo, layer: string, { norm = false, relu = true }: ConvOptions): ValueInfo {
    const normalized = norm ? this.#batchNorm(y, layer) : y;
    const activation = relu ? this.g.op("Relu", [normalized], {}, { name: reluName(layer) }) : normalized;
    this.#activations.set(layer, activation.name);
    return activation;
  }

  #batchNorm(x: ValueInfo, layer: string): ValueInfo {
    const name = batchNormName(layer);
    const channels = [channelsOf(x)];
    const trainable = this.#options.frozen?.has(layer) !== true;
    const parameters = {
      scale: this.#parameter(name, "scale", channels, trainable),
      shift: this.#parameter(name, "shift", channels, trainable),
      mean: this.#parameter(name, "running_mean", channels, false),
      variance: this.#parameter(name, "running_var", channels, false),
    };
    const usesBatch = this.#options.mode === "training" && trainable;
    const form = this.#options.batchNorm ?? "operator";
    const output = batchNormalization(this.g, x, parameters, {
      name,
      form,
      usesBatch,
      epsilon: this.#options.epsilon ?? 1e-5,
    });
    if (usesBatch) {
      const pixels = knownDim(x.shape[2], name) * knownDim(x.shape[3], name);
      this.#statistics.push({ layer: name, mean: `${name}.batch_mean`, variance: `${name}.batch_var`, pixels });
    }
    return output;
  }
}

function channelsOf(x: ValueInfo): number {
  return knownDim(x.shape[1], x.name);
}
