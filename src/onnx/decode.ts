/** Reads the bytes of an ONNX model back into a graph; anything that is not one is a FormatError. */
import { BinaryReader, type WireType } from "@bufbuild/protobuf/wire";
import { DeconvnetError, FormatError } from "../errors.ts";
import { bytesPerElement, type DataType, dataTypeOfCode, viewArray } from "./data-type.ts";
import type { ExternalTensor } from "./encode.ts";
import type { Attribute, Graph, Node, Tensor, ValueInfo } from "./graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { requireOperator } from "./infer-shapes.ts";
import type { Dim } from "./shape.ts";

export interface DecodedModel {
  readonly graph: Graph;
  /** The initialisers that are parameters: those with numbers elsewhere, and float32 tensors of at least one axis. */
  readonly parameters: ReadonlyMap<string, Tensor | ExternalTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Decodes a model whose operators this library knows.
 *
 * @param bytes - The bytes of a `.onnx` file.
 * @param name - What messages call it, such as the file's path.
 * @throws {FormatError} if the bytes are damaged or hold an unknown operator (which is named, with its node).
 */
export function decodeModel(bytes: Uint8Array, name = "model"): DecodedModel {
  try {
    return readModel(bytes);
  } catch (error) {
    if (error instanceof DeconvnetError)
      throw new FormatError(`decodeModel: ${name}: ${error.message}`, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(
      `decodeModel: expected ${name} to be an ONNX model, got ${bytes.length} bytes that are not one (${reason}).`,
      { cause: error },
    );
  }
}

/**
 * The key and value strings of a model (`metadata_props`), whatever its operators are.
 *
 * @throws {FormatError} if the bytes are no ONNX model.
 */
export function decodeModelMetadata(bytes: Uint8Array, name = "model"): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = Object.create(null);
  try {
    readFields(bytes, { 14: (reader) => addEntry(metadata, reader.bytes()) });
  } catch (error) {
    throw new FormatError(
      `decodeModelMetadata: expected ${name} to be an ONNX model, got ${bytes.length} bytes that are not one.`,
      { cause: error },
    );
  }
  return { ...metadata };
}

type Fields = Readonly<Record<number, (reader: BinaryReader, wire: WireType) => void>>;

/** Reads one message: known fields by number, all others skipped. */
function readFields(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wire, field);
    else read(reader, wire);
  }
}

interface RawTensor {
  readonly name: string;
  readonly tensor: Tensor | ExternalTensor;
  readonly type: DataType;
  readonly shape: readonly number[];
}

interface RawGraph {
  name: string;
  readonly nodes: Node[];
  readonly tensors: RawTensor[];
  readonly inputs: ValueInfo[];
  readonly outputs: string[];
}

function readModel(bytes: Uint8Array): DecodedModel {
  const graph: RawGraph = { name: "", nodes: [], tensors: [], inputs: [], outputs: [] };
  const metadata: Record<string, string> = Object.create(null);
  let found = false;
  readFields(bytes, {
    7: (reader) => {
      found = true;
      readGraph(reader.bytes(), graph);
    },
    14: (reader) => addEntry(metadata, reader.bytes()),
  });
  if (!found) throw new FormatError("expected a graph, got none.");
  return { ...assemble(graph), metadata: { ...metadata } };
}

function addEntry(metadata: Record<string, string>, bytes: Uint8Array): void {
  const [key, value] = readEntry(bytes);
  metadata[key] = value;
}

function readGraph(bytes: Uint8Array, graph: RawGraph): void {
  readFields(bytes, {
    1: (reader) => graph.nodes.push(readNode(reader.bytes(), graph.nodes.length)),
    2: (reader) => {
      graph.name = reader.string();
    },
    5: (reader) => graph.tensors.push(readTensor(reader.bytes())),
    11: (reader) => graph.inputs.push(readValueInfo(reader.bytes())),
    12: (reader) => graph.outputs.push(readValueInfo(reader.bytes()).name),
  });
}

function assemble(raw: RawGraph): { graph: Graph; parameters: Map<string, Tensor | ExternalTensor> } {
  const builder = new GraphBuilder(raw.name);
  const parameters = new Map<string, Tensor | ExternalTensor>();
  for (const { name, tensor, type, shape } of raw.tensors) {
    if ("location" in tensor || (type === "float32" && shape.length > 0)) {
      if (type !== "float32")
        throw new FormatError(`expected the external tensor "${name}" to be float32, got ${type}.`);
      builder.parameter(name, shape);
      parameters.set(name, tensor);
    } else {
      builder.constant(type, shape, tensor.data, name);
    }
  }
  for (const input of raw.inputs)
    if (builder.find(input.name) === undefined) builder.input(input.name, input.type, input.shape);
  for (const node of raw.nodes) builder.addNode(node);
  for (const output of raw.outputs) builder.output(builder.value(output));
  return { graph: builder.build(), parameters };
}

function readNode(bytes: Uint8Array, index: number): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const rawAttributes: Uint8Array[] = [];
  let [name, op] = ["", ""];
  readFields(bytes, {
    1: (reader) => inputs.push(reader.string()),
    2: (reader) => outputs.push(reader.string()),
    3: (reader) => {
      name = reader.string();
    },
    4: (reader) => {
      op = reader.string();
    },
    5: (reader) => rawAttributes.push(reader.bytes()),
  });
  const node = { op, name: name || `${op}_${index}`, inputs, outputs, attributes: {} };
  requireOperator(node);
  const attributes: Record<string, Attribute> = Object.create(null);
  for (const raw of rawAttributes) {
    const [key, value] = readAttribute(raw, node.name);
    // Exporters write this default, which says nothing.
    if (key !== "auto_pad" || value !== "NOTSET") attributes[key] = value;
  }
  return { ...node, attributes: { ...attributes } };
}

function readAttribute(bytes: Uint8Array, node: string): [string, Attribute] {
  let name = "";
  let type = 0;
  let [float, int, text] = [0, 0, ""];
  const ints: number[] = [];
  readFields(bytes, {
    1: (reader) => {
      name = reader.string();
    },
    2: (reader) => {
      float = reader.float();
    },
    3: (reader) => {
      int = Number(reader.int64());
    },
    4: (reader) => {
      text = reader.string();
    },
    8: (reader, wire) => readInt64s(reader, wire, ints),
    20: (reader) => {
      type = reader.int32();
    },
  });
  const value = new Map<number, Attribute>([
    [1, float],
    [2, int],
    [3, text],
    [7, ints],
  ]).get(type);
  if (value === undefined) {
    throw new FormatError(
      `expected the attribute "${name}" of "${node}" to be a number, a string or integers, got ONNX attribute type ${type}.`,
    );
  }
  return [name, value];
}

/** Repeated integers, packed or one by one. */
function readInt64s(reader: BinaryReader, wire: WireType, into: number[]): void {
  const lengthDelimited: WireType.LengthDelimited = 2;
  if (wire !== lengthDelimited) {
    into.push(Number(reader.int64()));
    return;
  }
  const packed = new BinaryReader(reader.bytes());
  while (packed.pos < packed.len) into.push(Number(packed.int64()));
}

function readTensor(bytes: Uint8Array): RawTensor {
  const shape: number[] = [];
  const external = new Map<string, string>();
  let [name, code, elsewhere] = ["", 0, false];
  let raw: Uint8Array | undefined;
  let floats: Uint8Array | undefined;
  const ints: number[] = [];
  readFields(bytes, {
    1: (reader, wire) => readInt64s(reader, wire, shape),
    2: (reader) => {
      code = reader.int32();
    },
    4: (reader) => {
      floats = reader.bytes();
    },
    7: (reader, wire) => readInt64s(reader, wire, ints),
    8: (reader) => {
      name = reader.string();
    },
    9: (reader) => {
      raw = reader.bytes();
    },
    13: (reader) => external.set(...readEntry(reader.bytes())),
    14: (reader) => {
      elsewhere = reader.int32() === 1;
    },
  });
  const type = dataTypeOfCode(code, `tensor "${name}"`);
  if (shape.some((dim) => !Number.isSafeInteger(dim) || dim < 0))
    throw new FormatError(`expected dimensions of at least 0 in tensor "${name}", got [${shape.join(", ")}].`);
  const byteLength = shape.reduce((product, dim) => product * dim, bytesPerElement(type));
  if (elsewhere) return { name, type, shape, tensor: readExternal(external, name, byteLength) };
  const data =
    raw ?? floats ?? (ints.length > 0 ? new Uint8Array(BigInt64Array.from(ints, BigInt).buffer) : new Uint8Array(0));
  if (data.byteLength !== byteLength) {
    throw new FormatError(
      `expected ${byteLength} bytes in tensor "${name}" of shape [${shape.join(", ")}], got ${data.byteLength}.`,
    );
  }
  return { name, type, shape, tensor: { type, shape, data: viewArray(type, data) } };
}

function readExternal(entries: ReadonlyMap<string, string>, name: string, byteLength: number): ExternalTensor {
  const location = entries.get("location") ?? "";
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? byteLength);
  // A model from elsewhere must not make the runtime read files outside its own folder.
  if (location === "" || location.startsWith("/") || location.includes("\\") || location.split("/").includes("..")) {
    throw new FormatError(
      `expected the numbers of tensor "${name}" in a file beside the model, got the location "${location}".`,
    );
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== byteLength) {
    throw new FormatError(
      `expected tensor "${name}" to have ${byteLength} bytes in "${location}", got ${length} at offset ${offset}.`,
    );
  }
  return { location, offset, byteLength };
}

function readEntry(bytes: Uint8Array): [string, string] {
  let [key, value] = ["", ""];
  readFields(bytes, {
    1: (reader) => {
      key = reader.string();
    },
    2: (reader) => {
      value = reader.string();
    },
  });
  return [key, value];
}

function readValueInfo(bytes: Uint8Array): ValueInfo {
  let name = "";
  let code = 0;
  const shape: Dim[] = [];
  readFields(bytes, {
    1: (reader) => {
      name = reader.string();
    },
    2: (type) =>
      readFields(type.bytes(), {
        1: (tensor) =>
          readFields(tensor.bytes(), {
            1: (reader) => {
              code = reader.int32();
            },
            2: (dims) => readFields(dims.bytes(), { 1: (dim) => shape.push(readDim(dim.bytes())) }),
          }),
      }),
  });
  return { name, type: dataTypeOfCode(code, `value "${name}"`), shape };
}

function readDim(bytes: Uint8Array): Dim {
  let dim: Dim = "?";
  readFields(bytes, {
    1: (reader) => {
      dim = Number(reader.int64());
    },
    2: (reader) => {
      dim = reader.string();
    },
  });
  return dim;
}
