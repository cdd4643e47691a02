/** ONNX Runtime as this package sees it. */
import type { DataType, TensorArray } from "../onnx/index.ts";

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
  /** `cpu`, or `gpu-buffer` for what stays on the device. */
  readonly location: string;
  dispose(): void;
}

export interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}
