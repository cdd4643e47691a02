/** A tensor in the memory of a device: fed to a run as it is, without a copy. */
import type { DataType } from "../onnx/index.ts";
import type { OrtTensor } from "./ort-module.ts";

export class DeviceTensor {
  /** The runtime's own tensor. Reading it directly ends the process (onnxruntime-node 1.30): a graph copies it instead. */
  readonly handle: OrtTensor;

  constructor(handle: OrtTensor) {
    this.handle = handle;
  }

  get type(): DataType {
    return this.handle.type as DataType;
  }

  get shape(): readonly number[] {
    return this.handle.dims;
  }

  /** Frees the memory. */
  dispose(): void {
    this.handle.dispose();
  }
}
