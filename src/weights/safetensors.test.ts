import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OptionError, ShapeError } from "../errors.ts";
import { bytesPerElement, createArray, DATA_TYPES, type Tensor } from "../onnx/index.ts";
import { decodeSafetensors, decodeSafetensorsHeader, encodeSafetensors } from "./safetensors.ts";

function float32(...values: number[]): Tensor {
  return { type: "float32", shape: [values.length], data: Float32Array.from(values) };
}

/** The JSON of a file's header, spaces of the padding included. */
function headerText(file: Uint8Array): string {
  return new TextDecoder().decode(file.subarray(8, 8 + Number(new DataView(file.buffer).getBigUint64(0, true))));
}

const TENSOR: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...DATA_TYPES), fc.array(fc.nat(3), { maxLength: 4 }))
  .chain(([type, shape]) => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const bytes = size * bytesPerElement(type);
    return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((content) => {
      const data = createArray(type, size);
      new Uint8Array(data.buffer).set(content);
      return { type, shape, data };
    });
  });

/** Names as hostile as the format allows: number-like, prototype keys, quotes, empty, any Unicode. */
const NAME = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor", "toString", "1", "0", "", '"', "\\", "\u0000"),
);

describe("encodeSafetensors", () => {
  test("writes length, padded header and data as the format defines", () => {
    const file = encodeSafetensors(new Map([["x", float32(1, -2)]]), new Map([["k", "v"]]));
    const json = '{"__metadata__":{"k":"v"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const header = json.padEnd(80);
    expect(new DataView(file.buffer).getBigUint64(0, true)).toBe(80n);
    expect(headerText(file)).toBe(header);
    expect([...file.subarray(88)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  test("lays large elements first, so that each tensor is aligned, and keeps the order of names", () => {
    const tensors = new Map<string, Tensor>([
      ["flag", { type: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) }],
      ["half", { type: "float16", shape: [1], data: Uint16Array.of(0x3c00) }],
      ["single", float32(1)],
      ["index", { type: "int64", shape: [1], data: BigInt64Array.of(-1n) }],
    ]);
    const { tensors: entries } = decodeSafetensorsHeader(encodeSafetensors(tensors), "x");
    const begin = Math.min(...[...entries.values()].map(({ offset }) => offset));
    expect([...entries.values()].map(({ name, offset }) => [name, offset - begin])).toEqual([
      ["flag", 14],
      ["half", 12],
      ["single", 8],
      ["index", 0],
    ]);
    for (const { name, offset } of entries.values()) {
      expect(offset % bytesPerElement(tensors.get(name)?.type ?? "float64")).toBe(0);
    }
  });

  test("does not depend on the order of the metadata", () => {
    const tensors = new Map([["x", float32(1)]]);
    const texts: [string, string][] = [
      ["b", "2"],
      ["1", "x"],
      ["a", "1"],
    ];
    expect(encodeSafetensors(tensors, new Map(texts))).toEqual(encodeSafetensors(tensors, new Map(texts.reverse())));
  });

  test.each<[string, Tensor, string]>([
    ["too few numbers", { type: "float32", shape: [2, 2], data: new Float32Array(3) }, "a Float32Array of 4 elements"],
    ["another array", { type: "float32", shape: [2], data: new Int32Array(2) }, "got a Int32Array of 2"],
    ["values for bits", { type: "float16", shape: [1], data: Float32Array.of(1) }, "expected"],
  ])("refuses %s", (_, tensor, message) => {
    const encode = (): Uint8Array => encodeSafetensors(new Map([["w", tensor]]));
    expect(encode).toThrow(ShapeError);
    expect(encode).toThrow(message);
  });

  test("refuses the reserved name and a header beyond the limit", () => {
    expect(() => encodeSafetensors(new Map([["__metadata__", float32(1)]]))).toThrow(OptionError);
    const long = new Map([["text", "x".repeat(100_000_001)]]);
    expect(() => encodeSafetensors(new Map(), long)).toThrow("at most 100000000 bytes");
  });
});

describe("decodeSafetensors", () => {
  test("gives back what was encoded, and encodes to the same bytes again", () => {
    const entries = fc.uniqueArray(fc.tuple(NAME, TENSOR), { selector: ([name]) => name, maxLength: 6 });
    const metadata = fc.uniqueArray(fc.tuple(NAME, fc.string({ unit: "binary" })), {
      selector: ([key]) => key,
      maxLength: 4,
    });
    fc.assert(
      fc.property(entries, metadata, (tensors, texts) => {
        const bytes = encodeSafetensors(new Map(tensors), new Map(texts));
        const file = decodeSafetensors(bytes, "x");
        expect([...file.tensors.keys()]).toEqual(tensors.map(([name]) => name));
        expect(new Map(file.metadata)).toEqual(new Map(texts));
        for (const [name, { type, shape, data }] of tensors) {
          const read = file.tensors.get(name);
          expect(read?.type).toBe(type);
          expect(read?.shape).toEqual(shape);
          // As bytes: NaN payloads must survive, and float comparison would not see them.
          expect(new Uint8Array(read?.data.slice().buffer ?? new ArrayBuffer(1))).toEqual(new Uint8Array(data.buffer));
        }
        expect(encodeSafetensors(file.tensors, file.metadata)).toEqual(bytes);
      }),
    );
  });

  test("reads a file that lies at an odd position of a Node Buffer", () => {
    const file = encodeSafetensors(new Map([["x", float32(1, 2, 3)]]));
    const buffer = Buffer.alloc(file.length + 1);
    buffer.set(file, 1);
    expect([...(decodeSafetensors(buffer.subarray(1), "x").tensors.get("x")?.data ?? [])]).toEqual([1, 2, 3]);
  });

  test("gives views of the bytes, not copies, where they are aligned", () => {
    const file = encodeSafetensors(new Map([["x", float32(1)]]));
    expect(decodeSafetensors(file, "x").tensors.get("x")?.data.buffer).toBe(file.buffer);
  });

  test("tells where each tensor lies in the file", () => {
    const file = encodeSafetensors(
      new Map([
        ["a", float32(1)],
        ["b", float32(2, 3)],
      ]),
    );
    const b = decodeSafetensorsHeader(file, "x").tensors.get("b");
    expect(b).toMatchObject({ dtype: "F32", shape: [2], byteLength: 8, offset: file.length - 8 });
  });
});
