/**
 * Writes a graph as the bytes of an ONNX model (protobuf `ModelProto`, opset 18).
 *
 * @see ONNX intermediate representation, onnx.proto: the field numbers below are those of its messages.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { OptionError } from "../errors.ts";
import { bytesPerElement, dataTypeCode, type TensorArray } from "./data-type.ts";
import type { Attribute, Graph, Node, Tensor, ValueInfo } from "./graph.ts";
import { requireOperator } from "./infer-shapes.ts";
import { bindShape, formatShape, type Shape } from "./shape.ts";

export const OPSET = 18;
const IR_VERSION = 8;

/** A parameter's numbers in another file, which the runtime maps into memory. */
export interface ExternalTensor {
  /** File name, relative to the folder that is given to the runtime. */
  readonly location: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** Where the parameters' numbers are: fed at each run, inside the model's bytes, or in a file beside it. */
export type ParameterSource = "inputs" | ReadonlyMap<string, Tensor | ExternalTensor>;

export interface EncodeOptions {
  /** Default: `"inputs"`. */
  readonly parameters?: ParameterSource;
  /** Key and value strings that travel with the model (`metadata_props`). */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Encodes a graph.
 *
 * @returns The bytes of a `.onnx` file.
 * @throws {OptionError} if a parameter has no numbers, or numbers of another size.
 */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(IR_VERSION);
  writer.tag(2, WireType.LengthDelimited).string("deconvnet");
  message(writer, 7, () => writeGraph(writer, graph, options.parameters ?? "inputs"));
  for (const [domain, version] of [
    ["", OPSET],
    ["com.microsoft", 1],
  ] as const) {
    message(writer, 8, () =>
      writer.tag(1, WireType.LengthDelimited).string(domain).tag(2, WireType.Varint).int64(version),
    );
  }
  for (const [key, value] of Object.entries(options.metadata ?? {}))
    message(writer, 14, () => writeEntry(writer, key, value));
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, body: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body();
  writer.join();
}

function writeEntry(writer: BinaryWriter, key: string, value: string): void {
  writer.tag(1, WireType.LengthDelimited).string(key).tag(2, WireType.LengthDelimited).string(value);
}

function writeGraph(writer: BinaryWriter, graph: Graph, parameters: ParameterSource): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  writer.tag(2, WireType.LengthDelimited).string(graph.name);
  if (parameters !== "inputs") {
    for (const parameter of graph.parameters) message(writer, 5, () => writeParameter(writer, parameter, parameters));
  }
  // Those that a reader takes for parameters come beside them, so that what it writes again has the same order.
  const likeParameters = ([, { type, shape }]: [string, Tensor]): boolean => type === "float32" && shape.length > 0;
  const constants = [...graph.constants].sort((a, b) => Number(likeParameters(b)) - Number(likeParameters(a)));
  for (const [name, tensor] of constants) message(writer, 5, () => writeTensor(writer, name, tensor));
  const inputs = parameters === "inputs" ? [...graph.inputs, ...graph.parameters] : graph.inputs;
  for (const input of inputs) message(writer, 11, () => writeValueInfo(writer, input));
  for (const name of graph.outputs) {
    const value = graph.values.get(name);
    if (value === undefined)
      throw new OptionError(
        `encodeModel: expected the output "${name}" to be a value of "${graph.name}", got no such value.`,
      );
    message(writer, 12, () => writeValueInfo(writer, value));
  }
}

function writeNode(writer: BinaryWriter, node: Node): void {
  const schema = requireOperator(node);
  for (const input of node.inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(3, WireType.LengthDelimited).string(node.name);
  writer.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    const kind = schema.attributes[name]?.kind;
    if (kind !== undefined) message(writer, 5, () => writeAttribute(writer, name, kind, value));
  }
  if (schema.domain !== undefined) writer.tag(7, WireType.LengthDelimited).string(schema.domain);
}

const ATTRIBUTE_CODES = { float: 1, int: 2, string: 3, ints: 7 } as const;

function writeAttribute(
  writer: BinaryWriter,
  name: string,
  kind: keyof typeof ATTRIBUTE_CODES,
  value: Attribute,
): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  if (kind === "float") writer.tag(2, WireType.Bit32).float(value as number);
  else if (kind === "int") writer.tag(3, WireType.Varint).int64(value as number);
  else if (kind === "string") writer.tag(4, WireType.LengthDelimited).string(value as string);
  else for (const item of value as readonly number[]) writer.tag(8, WireType.Varint).int64(item);
  writer.tag(20, WireType.Varint).int32(ATTRIBUTE_CODES[kind]);
}

function writeParameter(
  writer: BinaryWriter,
  parameter: ValueInfo,
  source: ReadonlyMap<string, Tensor | ExternalTensor>,
): void {
  const found = source.get(parameter.name);
  if (found === undefined)
    throw new OptionError(`encodeModel: expected numbers for the parameter "${parameter.name}", got none.`);
  const shape = bindShape(parameter.shape, {});
  const bytes = shape.reduce((product, dim) => product * dim, bytesPerElement(parameter.type));
  const got = "location" in found ? found.byteLength : found.data.byteLength;
  if (got !== bytes) {
    throw new OptionError(
      `encodeModel: expected ${bytes} bytes for the parameter "${parameter.name}" of shape ${formatShape(shape)}, got ${got}.`,
    );
  }
  if ("location" in found) writeExternal(writer, parameter, shape, found);
  else writeTensor(writer, parameter.name, { type: parameter.type, shape, data: found.data });
}

function writeTensorHeader(writer: BinaryWriter, name: string, typeCode: number, shape: readonly number[]): void {
  for (const dim of shape) writer.tag(1, WireType.Varint).int64(dim);
  writer.tag(2, WireType.Varint).int32(typeCode);
  writer.tag(8, WireType.LengthDelimited).string(name);
}

function writeTensor(writer: BinaryWriter, name: string, tensor: Tensor): void {
  writeTensorHeader(writer, name, dataTypeCode(tensor.type), tensor.shape);
  writer.tag(9, WireType.LengthDelimited).bytes(asBytes(tensor.data));
}

function writeExternal(
  writer: BinaryWriter,
  value: ValueInfo,
  shape: readonly number[],
  external: ExternalTensor,
): void {
  writeTensorHeader(writer, value.name, dataTypeCode(value.type), shape);
  const entries = { location: external.location, offset: `${external.offset}`, length: `${external.byteLength}` };
  for (const [key, text] of Object.entries(entries)) message(writer, 13, () => writeEntry(writer, key, text));
  writer.tag(14, WireType.Varint).int32(1);
}

function writeValueInfo(writer: BinaryWriter, value: ValueInfo): void {
  writer.tag(1, WireType.LengthDelimited).string(value.name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(dataTypeCode(value.type));
      message(writer, 2, () => writeShape(writer, value.shape));
    }),
  );
}

function writeShape(writer: BinaryWriter, shape: Shape): void {
  for (const dim of shape) {
    message(writer, 1, () => {
      if (typeof dim === "number") writer.tag(1, WireType.Varint).int64(dim);
      else writer.tag(2, WireType.LengthDelimited).string(dim);
    });
  }
}

function asBytes(array: TensorArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
