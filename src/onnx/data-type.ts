/**
 * Element types of tensors: our name, ONNX's code (TensorProto.DataType), bytes per element and the array that holds them.
 */
import { FormatError } from "../errors.ts";

export type DataType = "float32" | "float64" | "float16" | "int64" | "int32" | "uint8" | "bool";

/** The array that holds elements of each type; float16 is carried as its bit patterns. */
export interface ArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

export type TensorArray = ArrayOf[DataType];

interface DataTypeFacts {
  readonly code: number;
  readonly bytes: number;
  readonly array: {
    new (length: number): TensorArray;
    new (buffer: ArrayBuffer, offset: number, length: number): TensorArray;
  };
}

const FACTS: Readonly<Record<DataType, DataTypeFacts>> = {
  float32: { code: 1, bytes: 4, array: Float32Array },
  uint8: { code: 2, bytes: 1, array: Uint8Array },
  int32: { code: 6, bytes: 4, array: Int32Array },
  int64: { code: 7, bytes: 8, array: BigInt64Array },
  bool: { code: 9, bytes: 1, array: Uint8Array },
  float16: { code: 10, bytes: 2, array: Uint16Array },
  float64: { code: 11, bytes: 8, array: Float64Array },
};

export const DATA_TYPES = Object.keys(FACTS) as readonly DataType[];

/** Bytes of one element. */
export function bytesPerElement(type: DataType): number {
  return FACTS[type].bytes;
}

/** ONNX's number for a type (TensorProto.DataType). */
export function dataTypeCode(type: DataType): number {
  return FACTS[type].code;
}

/** The type of an ONNX number; `where` names the tensor in the error. */
export function dataTypeOfCode(code: number, where: string): DataType {
  const type = DATA_TYPES.find((candidate) => FACTS[candidate].code === code);
  if (type === undefined) {
    throw new FormatError(
      `decodeModel: expected one of the element types ${DATA_TYPES.join(", ")}, got ONNX type number ${code} in ${where}.`,
    );
  }
  return type;
}

/** A zero-filled array for `length` elements. */
export function createArray<T extends DataType>(type: T, length: number): ArrayOf[T] {
  return new FACTS[type].array(length) as ArrayOf[T];
}

/** A typed view of bytes; copies only if their offset is not aligned to the element size. */
export function viewArray<T extends DataType>(type: T, bytes: Uint8Array): ArrayOf[T] {
  const { array, bytes: size } = FACTS[type];
  const aligned = bytes.byteOffset % size === 0 && bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, bytes.byteLength / size) as ArrayOf[T];
}
