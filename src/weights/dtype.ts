/** The element types of the safetensors format, and which of them this package computes with. */
import { bytesPerElement, DATA_TYPES, type DataType } from "../onnx/index.ts";

const NAME_OF: Readonly<Record<DataType, string>> = {
  float32: "F32",
  float64: "F64",
  float16: "F16",
  int64: "I64",
  int32: "I32",
  uint8: "U8",
  bool: "BOOL",
};

/** Types that other programs write; files that hold them can be listed, but these tensors cannot be read. */
const FOREIGN_BYTES: ReadonlyMap<string, number> = new Map([
  ["I8", 1],
  ["F8_E4M3", 1],
  ["F8_E5M2", 1],
  ["I16", 2],
  ["U16", 2],
  ["BF16", 2],
  ["U32", 4],
  ["U64", 8],
]);

const TYPE_OF: ReadonlyMap<string, DataType> = new Map(DATA_TYPES.map((type) => [NAME_OF[type], type]));

/** The names of the types that can be read, for messages. */
export const READABLE_DTYPES: readonly string[] = [...TYPE_OF.keys()];

/** The format's name of a type. */
export function dtypeOf(type: DataType): string {
  return NAME_OF[type];
}

/** Our type of a name of the format, or `undefined` if we have none. */
export function typeOfDtype(dtype: string): DataType | undefined {
  return TYPE_OF.get(dtype);
}

/** Bytes of one element, or `undefined` if the format has no such type of whole bytes. */
export function bytesOfDtype(dtype: string): number | undefined {
  const type = TYPE_OF.get(dtype);
  return type === undefined ? FOREIGN_BYTES.get(dtype) : bytesPerElement(type);
}
