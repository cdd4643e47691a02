/**
 * Which tensors of a model file are float16. Only the weights of convolution, deconvolution and Gemm layers are: with
 * the real VGG-16 layers, batch-norm variances reach 6e6, and float16 ends at 65504; biases and batch-norm values are
 * a thousandth of the file, so nothing is gained by rounding them.
 */
import { FormatError, ShapeError } from "../errors.ts";
import { formatShape, type Tensor } from "../onnx/index.ts";
import { printable } from "../printable.ts";
import { fromFloat16, toFloat16 } from "./float16.ts";

/** How the weights of a model file are stored; everything else is float32 in both. */
export type WeightStorage = "float16" | "float32";

/** Whether a tensor is the weight of a convolution or deconvolution (rank 4) or of a Gemm (rank 2). */
export function isLayerWeight(name: string, shape: readonly number[]): boolean {
  return name.endsWith(".weight") && (shape.length === 2 || shape.length === 4);
}

/** A model's tensor as it goes into the file. */
export function packTensor(name: string, tensor: Tensor, storage: WeightStorage): Tensor {
  const { type, shape, data } = tensor;
  if (type !== "float32" || !(data instanceof Float32Array)) {
    throw new ShapeError(
      `packModelFile: expected tensor "${printable(name)}" ${formatShape(shape)} to be float32, got ${type}.`,
    );
  }
  if (storage === "float32" || !isLayerWeight(name, shape)) return tensor;
  return { type: "float16", shape, data: toFloat16(data, name) };
}

/** A model's tensor as it comes out of the file: float32 always. */
export function unpackTensor(name: string, tensor: Tensor, fileName: string): Tensor {
  const { type, shape, data } = tensor;
  if (type === "float32") return tensor;
  if (type === "float16" && data instanceof Uint16Array) return { type: "float32", shape, data: fromFloat16(data) };
  throw new FormatError(
    `decodeModelFile: expected tensor "${printable(name)}" to be float32 or float16, got ${type} in ${printable(fileName, 400)}.`,
  );
}
