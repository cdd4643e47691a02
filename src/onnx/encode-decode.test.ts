import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError, OptionError } from "../errors.ts";
import { type DecodedModel, decodeModel } from "./decode.ts";
import { type ExternalTensor, encodeModel } from "./encode.ts";
import type { Graph, Tensor } from "./graph.ts";
import { GraphBuilder } from "./graph-builder.ts";

/** A graph with every kind of attribute, constant and optional input, and a symbolic batch. */
function sampleGraph(): Graph {
  const g = new GraphBuilder("sample");
  const x = g.input("input", "float32", ["N", 3, 8, 8]);
  const weight = g.parameter("conv1_1.weight", [4, 3, 3, 3]);
  const y = g.op("Conv", [x, weight, g.parameter("conv1_1.bias", [4])], { pads: [1, 1, 1, 1] }, { name: "conv1_1" });
  const norm = ["scale", "shift", "running_mean", "running_var"].map((kind) => g.parameter(`bn1_1.${kind}`, [4]));
  const normalized = g.op("BatchNormalization", [y, ...norm], { epsilon: 1e-9 }, { name: "bn1_1" });
  const window = { kernel_shape: [2, 2], strides: [2, 2] };
  const [pooled, switches] = g.ops("MaxPool", [normalized], window, { outputs: ["pool1", "pool1_mask"] });
  const back = g.op("MaxUnpool", [pooled, switches], window, { name: "unpool1" });
  const sizes = g.op("Resize", [g.slice(back, [2], [-1], [-9], [-1]), undefined, undefined, g.ints([1, 4, 4, 4])], {
    mode: "linear",
  });
  const flat = g.reshape(sizes, [1, 64]);
  g.output(
    g.op("FusedMatMul", [flat, g.constant("float32", [64, 2], new Float32Array(128).fill(0.5), "k")], { alpha: 0.5 }),
  );
  g.output(g.cast(g.op("Greater", [flat, g.scalar(0)]), "int32"));
  return g.build();
}

function tensorsOf(graph: Graph): Map<string, Tensor> {
  return new Map(
    graph.parameters.map(({ name, shape }, index) => {
      const size = (shape as number[]).reduce((product, dim) => product * dim, 1);
      const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i + index));
      return [name, { type: "float32", shape: shape as number[], data }];
    }),
  );
}

function reencode({ graph, parameters, metadata }: DecodedModel): Uint8Array {
  return encodeModel(graph, { metadata, ...(parameters.size > 0 ? { parameters } : {}) });
}

describe("encode, decode, encode", () => {
  test("weights inside: the same bytes, the same graph, the same numbers", () => {
    const graph = sampleGraph();
    const tensors = tensorsOf(graph);
    const bytes = encodeModel(graph, { parameters: tensors, metadata: { architecture: "sample", "": "empty key" } });
    const decoded = decodeModel(bytes);
    expect(reencode(decoded)).toEqual(bytes);
    expect(decoded.metadata).toEqual({ architecture: "sample", "": "empty key" });
    expect(decoded.graph.nodes).toEqual(
      graph.nodes.map((node) => ({ ...node, attributes: roundedToFloat32(node.attributes) })),
    );
    expect(decoded.graph.inputs).toEqual(graph.inputs);
    expect(decoded.graph.outputs).toEqual(graph.outputs);
    expect(decoded.graph.parameters.map(({ name }) => name)).toContain("bn1_1.running_var");
    expect(decoded.parameters.get("conv1_1.weight")).toEqual(tensors.get("conv1_1.weight"));
  });

  test("weights as inputs", () => {
    const bytes = encodeModel(sampleGraph());
    const decoded = decodeModel(bytes);
    expect(decoded.graph.inputs.map(({ name }) => name)).toContain("conv1_1.weight");
    expect(reencode(decoded)).toEqual(bytes);
  });

  test("weights in another file", () => {
    const graph = sampleGraph();
    let offset = 4096;
    const external = new Map<string, ExternalTensor>();
    for (const [name, { data }] of tensorsOf(graph)) {
      external.set(name, { location: "weights.safetensors", offset, byteLength: data.byteLength });
      offset += data.byteLength;
    }
    const bytes = encodeModel(graph, { parameters: external });
    const decoded = decodeModel(bytes);
    expect(decoded.parameters.get("conv1_1.bias")).toEqual(external.get("conv1_1.bias"));
    expect(reencode(decoded)).toEqual(bytes);
  });

  test("any constants and names", () => {
    const numbers = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), numbers, fc.constantFrom("int64", "int32"), (name, values, type) => {
        const g = new GraphBuilder(name);
        g.output(g.op("Identity", [g.constant(type, [values.length], values, `c${name}`)], {}, { name: `y${name}` }));
        const bytes = encodeModel(g.build(), { parameters: new Map() });
        expect(reencode(decodeModel(bytes))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });
});

/** ONNX stores float attributes in 32 bits. */
function roundedToFloat32(attributes: Graph["nodes"][number]["attributes"]): Graph["nodes"][number]["attributes"] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === "number" ? Math.fround(value) : value]),
  );
}

describe("a net of more than 2 GB", () => {
  const g = new GraphBuilder("large");
  const x = g.input("x", "float32", ["N", 40_000]);
  g.output(g.op("MatMul", [x, g.parameter("w", [40_000, 20_000])], {}, { name: "y" }));
  const graph = g.build();

  test("is encoded with its numbers in another file", () => {
    const byteLength = 3_200_000_000;
    const external: ExternalTensor = { location: "large.safetensors", offset: 2 ** 32, byteLength };
    const bytes = encodeModel(graph, { parameters: new Map([["w", external]]) });
    expect(bytes.length).toBeLessThan(400);
    expect(decodeModel(bytes).parameters.get("w")).toEqual(external);
  });
});

describe("what cannot be encoded", () => {
  const graph = sampleGraph();

  test("a parameter without numbers", () => {
    const tensors = tensorsOf(graph);
    tensors.delete("bn1_1.scale");
    const attempt = (): unknown => encodeModel(graph, { parameters: tensors });
    expect(attempt).toThrow(OptionError);
    expect(attempt).toThrow('expected numbers for the parameter "bn1_1.scale", got none.');
  });

  test("a parameter with numbers of another size", () => {
    const tensors = tensorsOf(graph).set("bn1_1.scale", { type: "float32", shape: [3], data: new Float32Array(3) });
    expect(() => encodeModel(graph, { parameters: tensors })).toThrow(
      'expected 16 bytes for the parameter "bn1_1.scale" of shape [4], got 12.',
    );
  });
});

describe("bytes that are not a model", () => {
  const graph = sampleGraph();
  const bytes = encodeModel(graph, { parameters: tensorsOf(graph), metadata: { a: "b" } });

  /** Damaged bytes may still be a model; if not, that is a FormatError and nothing else. */
  function expectModelOrFormatError(damaged: Uint8Array): void {
    try {
      encodeModel(decodeModel(damaged, "damaged.onnx").graph);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(/^decodeModel: .*damaged\.onnx/);
    }
  }

  test("cut off anywhere", () => {
    for (let length = 0; length < bytes.length; length += length < 2000 ? 1 : 37)
      expectModelOrFormatError(bytes.slice(0, length));
  });

  test("any bytes changed", () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const damaged = bytes.slice();
        for (const [position, value] of changes) damaged[position] = value;
        expectModelOrFormatError(damaged);
      }),
      { numRuns: 1000 },
    );
  });

  test("any bytes at all", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectModelOrFormatError), { numRuns: 500 });
  });

  test("nothing, and a text: the number of bytes is named", () => {
    expect(() => decodeModel(new Uint8Array(0), "empty.onnx")).toThrow(
      "decodeModel: empty.onnx: expected a graph, got none.",
    );
    const text = new TextEncoder().encode("not a model");
    expect(() => decodeModel(text, "readme.onnx")).toThrow(/expected readme.onnx to be an ONNX model, got 11 bytes/);
  });
});

describe("hostile models, each with a message of its own", () => {
  /** A model of hand-written messages: `graph` writes the fields of GraphProto. */
  function modelOf(graph: (writer: BinaryWriter) => void): Uint8Array {
    const writer = new BinaryWriter();
    writer.tag(7, WireType.LengthDelimited).fork();
    graph(writer);
    return writer.join().finish();
  }

  const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
    writer.tag(field, WireType.LengthDelimited).string(value);

  function node(writer: BinaryWriter, op: string, name: string, attribute?: (writer: BinaryWriter) => void): void {
    writer.tag(1, WireType.LengthDelimited).fork();
    text(text(text(writer, 2, "y"), 3, name), 4, op);
    if (attribute !== undefined) {
      writer.tag(5, WireType.LengthDelimited).fork();
      attribute(writer);
      writer.join();
    }
    writer.join();
  }

  function tensor(writer: BinaryWriter, dims: readonly number[], rest: (writer: BinaryWriter) => void): void {
    writer.tag(5, WireType.LengthDelimited).fork();
    for (const dim of dims) writer.tag(1, WireType.Varint).int64(dim);
    writer.tag(2, WireType.Varint).int32(1);
    text(writer, 8, "w");
    rest(writer);
    writer.join();
  }

  function external(writer: BinaryWriter, entries: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(entries)) {
      writer.tag(13, WireType.LengthDelimited).fork();
      text(text(writer, 1, key), 2, value);
      writer.join();
    }
    writer.tag(14, WireType.Varint).int32(1);
  }

  const refused = (bytes: Uint8Array, message: RegExp | string): void => {
    const attempt = (): unknown => decodeModel(bytes, "m.onnx");
    expect(attempt).toThrow(FormatError);
    expect(attempt).toThrow(message);
  };

  test("an unknown operator is named with its node", () => {
    refused(
      modelOf((w) => node(w, "Attention", "block3/attention")),
      /got "Attention" at node "block3\/attention"/,
    );
  });

  test("an operator named like a property of every object", () => {
    refused(
      modelOf((w) => node(w, "constructor", "n")),
      /got "constructor" at node "n"/,
    );
  });

  test("an attribute of a type that no operator here has", () => {
    const graphAttribute = (w: BinaryWriter): void => {
      text(w, 1, "body").tag(20, WireType.Varint).int32(5);
    };
    refused(
      modelOf((w) => node(w, "Relu", "n", graphAttribute)),
      /attribute "body" of "n" .* ONNX attribute type 5/,
    );
  });

  test("a node that reads what nobody made", () => {
    const bytes = modelOf((w) => {
      w.tag(1, WireType.LengthDelimited).fork();
      text(text(text(text(w, 1, "ghost"), 2, "y"), 3, "n"), 4, "Relu").join();
    });
    refused(bytes, /Relu "n": expected its input "ghost" to come before it/);
  });

  test("sizes that would fill the memory are compared with the bytes that are there, not allocated", () => {
    refused(
      modelOf((w) => tensor(w, [2 ** 30, 2 ** 20], (t) => t.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(8)))),
      /expected \d+ bytes in tensor "w" .*, got 8/,
    );
  });

  test("negative sizes", () => {
    refused(
      modelOf((w) => tensor(w, [-4], () => {})),
      /dimensions of at least 0 in tensor "w", got \[-4\]/,
    );
  });

  test.each(["../secret", "/etc/passwd", "a/../../b", "..\\b", ""])("numbers in the file %j", (location) => {
    const entries = { location, offset: "0", length: "16" };
    refused(
      modelOf((w) => tensor(w, [4], (t) => external(t, entries))),
      /in a file beside the model/,
    );
  });

  test.each([
    { offset: "-8", length: "16" },
    { offset: "1e400", length: "16" },
    { offset: "0", length: "12" },
    { offset: "x", length: "16" },
  ])("external numbers at %j", (entries) => {
    const all = { location: "w.bin", ...entries };
    refused(
      modelOf((w) => tensor(w, [4], (t) => external(t, all))),
      /expected tensor "w" to have 16 bytes in "w.bin"/,
    );
  });

  test("an element type that is not one of ours", () => {
    const bytes = modelOf((w) => {
      w.tag(5, WireType.LengthDelimited).fork();
      text(w.tag(2, WireType.Varint).int32(8), 8, "words").join();
    });
    refused(bytes, /ONNX type number 8 in tensor "words"/);
  });

  test("a tensor and a node's output of one name", () => {
    const bytes = modelOf((w) => {
      tensor(w, [1], (t) => t.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(4)));
      w.tag(1, WireType.LengthDelimited).fork();
      text(text(text(text(w, 1, "w"), 2, "w"), 3, "n"), 4, "Relu").join();
    });
    refused(bytes, /expected a new name for a value, got "w" again/);
  });

  test("a message nested deeper than the stack is skipped by length", () => {
    let inner: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 2000; depth++) {
      inner = new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(inner).finish();
    }
    expect(new BinaryReader(inner).len).toBeGreaterThan(2000);
    const unknownField = new BinaryWriter().tag(20, WireType.LengthDelimited).bytes(inner).finish();
    refused(unknownField, "expected a graph, got none");
  });
});

test("models of other exporters: packed integers, floats in their own field, an unnamed node, auto_pad NOTSET", () => {
  const writer = new BinaryWriter();
  const string = (field: number, value: string): BinaryWriter =>
    writer.tag(field, WireType.LengthDelimited).string(value);
  writer.tag(7, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).fork();
  for (const input of ["x", "w"]) string(1, input);
  string(2, "y");
  string(4, "Conv");
  writer.tag(5, WireType.LengthDelimited).fork();
  string(1, "pads")
    .tag(8, WireType.LengthDelimited)
    .bytes(Uint8Array.of(1, 1, 1, 1))
    .tag(20, WireType.Varint)
    .int32(7);
  writer.join();
  writer.tag(5, WireType.LengthDelimited).fork();
  string(1, "auto_pad");
  string(4, "NOTSET").tag(20, WireType.Varint).int32(3);
  writer.join();
  writer.join();
  writer.tag(5, WireType.LengthDelimited).fork();
  writer
    .tag(1, WireType.LengthDelimited)
    .bytes(Uint8Array.of(1, 1, 3, 3))
    .tag(2, WireType.Varint)
    .int32(1);
  writer.tag(4, WireType.LengthDelimited).bytes(new Uint8Array(new Float32Array(9).fill(2).buffer));
  string(8, "w");
  writer.join();
  writer.tag(11, WireType.LengthDelimited).bytes(valueInfo("x", [1, 1, 5, 5]));
  writer.tag(12, WireType.LengthDelimited).bytes(valueInfo("y", [1, 1, 5, 5]));
  const { graph, parameters } = decodeModel(writer.join().finish());
  expect(graph.nodes).toEqual([
    { op: "Conv", name: "Conv_0", inputs: ["x", "w"], outputs: ["y"], attributes: { pads: [1, 1, 1, 1] } },
  ]);
  expect(graph.values.get("y")?.shape).toEqual([1, 1, 5, 5]);
  expect(parameters.get("w")).toEqual({ type: "float32", shape: [1, 1, 3, 3], data: new Float32Array(9).fill(2) });
});

function valueInfo(name: string, shape: readonly number[]): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  writer.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int32(1).tag(2, WireType.LengthDelimited).fork();
  for (const dim of shape) writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int64(dim).join();
  return writer.join().join().join().finish();
}
