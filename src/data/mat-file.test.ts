import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { type MatCell, type MatNumeric, type MatStruct, readMatFile } from "./mat-file.ts";

const read = (name: string): Uint8Array => readFileSync(new URL(`../../test/golden/${name}`, import.meta.url));
const packed = read("mat-file.mat");
const plain = read("mat-file-plain.mat");

describe.each([
  ["packed", packed],
  ["not packed", plain],
])("a file by SciPy, %s", (_, bytes) => {
  test("numbers keep their class and shape", async () => {
    const variables = await readMatFile(bytes);
    expect(variables.get("doubles")).toEqual({
      kind: "numeric",
      dims: [2, 3],
      data: Float64Array.of(1.5, 0, -2.25, 3, 1e300, 300),
    });
    expect(variables.get("bytes")).toEqual({
      kind: "numeric",
      dims: [1, 9],
      data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
    });
    expect(variables.get("small")).toEqual({ kind: "numeric", dims: [1, 1], data: Int16Array.of(7) });
    expect(variables.get("wide")).toEqual({ kind: "numeric", dims: [1, 2], data: BigInt64Array.of(2n ** 40n, -1n) });
    expect(variables.get("nothing")).toEqual({ kind: "numeric", dims: [0, 0], data: new Float64Array(0) });
  });

  test("text, structures and what is not read", async () => {
    const variables = await readMatFile(bytes);
    expect(variables.get("text")).toEqual({ kind: "text", dims: [1, 9], text: "two words" });
    expect(variables.get("sparse")).toEqual({ kind: "unread", dims: [2, 2], type: "sparse array" });
    const records = variables.get("records") as MatStruct;
    expect(records.values.map((record) => (record.get("number") as MatNumeric).data[0])).toEqual([1, 2]);
  });

  test("segmentations in cells of structures, as in BSDS500", async () => {
    const cell = (await readMatFile(bytes)).get("groundTruth") as MatCell;
    expect(cell.dims).toEqual([1, 2]);
    const first = (cell.values[0] as MatStruct).values[0]!;
    // Column by column: 1 2 1 2 / 1 2 1 2 / 1 2 1 2.
    expect(first.get("Segmentation")).toEqual({
      kind: "numeric",
      dims: [3, 4],
      data: Uint16Array.of(1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2),
    });
    expect(first.get("Boundaries")).toEqual({
      kind: "numeric",
      dims: [3, 4],
      data: Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
    });
  });
});

describe("hostile input", () => {
  async function outcomeOf(bytes: Uint8Array): Promise<unknown> {
    return readMatFile(bytes).catch((error: unknown) => error);
  }

  test("a file cut short is a FormatError or has fewer variables", async () => {
    const all = (await readMatFile(plain)).size;
    for (let length = 0; length < plain.length; length += 37) {
      const outcome = await outcomeOf(plain.subarray(0, length));
      if (outcome instanceof Map) expect(outcome.size).toBeLessThan(all);
      else expect(outcome).toBeInstanceOf(FormatError);
    }
  });

  test("changed bytes give a FormatError or a result, nothing else, in bounded time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (whichPacked, changes) => {
          const damaged = Uint8Array.from(whichPacked ? packed : plain);
          for (const [at, value] of changes) damaged[at % damaged.length] = value;
          const outcome = await outcomeOf(damaged);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
        },
      ),
      { numRuns: 500 },
    );
  });

  const header = (): Buffer => {
    const bytes = Buffer.alloc(128, " ");
    bytes.write("MATLAB 5.0 MAT-file");
    bytes.writeUInt16LE(0x0100, 124);
    bytes.write("IM", 126);
    return bytes;
  };
  const element = (type: number, body: Uint8Array): Buffer => {
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(type, 0);
    tag.writeUInt32LE(body.length, 4);
    return Buffer.concat([tag, body]);
  };

  test("nesting without end and dimensions of billions are refused", async () => {
    const start = (dims: number[]): Buffer =>
      Buffer.concat([
        element(6, Buffer.from(Uint32Array.of(1, 0).buffer)),
        element(5, Buffer.from(Int32Array.from(dims).buffer)),
        element(1, Buffer.alloc(0)),
      ]);
    let nested: Buffer = element(14, start([0, 0]));
    for (let i = 0; i < 40; i++) nested = element(14, Buffer.concat([start([1, 1]), nested]));
    await expect(readMatFile(Buffer.concat([header(), nested]))).rejects.toThrow(/at most 32 levels/);
    const vast = element(14, start([2 ** 30, 2 ** 30]));
    await expect(readMatFile(Buffer.concat([header(), vast]))).rejects.toThrow(/67108864 elements at most/);
  });

  test("arrays of thousands of dimensions are refused, and what all packed elements come to is limited", async () => {
    const flags = element(6, Buffer.from(Uint32Array.of(9, 0).buffer));
    const dims = (count: number): Buffer => element(5, Buffer.from(new Int32Array(count).fill(1).buffer));
    const vast = element(14, Buffer.concat([flags, dims(5000)]));
    await expect(readMatFile(Buffer.concat([header(), vast]))).rejects.toThrow(/2 to 32 dimensions, got 5000/);
    const bytes = 2 ** 26 - 1024;
    const size = element(5, Buffer.from(Int32Array.of(1, bytes).buffer));
    const parts = Buffer.concat([flags, size, element(1, Buffer.alloc(0)), element(2, Buffer.alloc(bytes))]);
    const packed = element(15, deflateSync(element(14, parts)));
    expect((await readMatFile(Buffer.concat([header(), packed]))).size).toBe(1);
    await expect(readMatFile(Buffer.concat([header(), packed, packed]))).rejects.toThrow(/at most \d{3,4} bytes/);
  });

  test("a packed element that unpacks to too much is refused", async () => {
    const bomb = element(15, deflateSync(new Uint8Array(2 ** 26 + 1)));
    await expect(readMatFile(Buffer.concat([header(), bomb]))).rejects.toThrow(/at most 67108864 bytes/);
  });

  test("version 7.3 and big-endian files are named", async () => {
    const hdf5 = header();
    hdf5.write("MATLAB 7.3 MAT-file");
    await expect(readMatFile(hdf5)).rejects.toThrow(/version 7.3. Save it with -v7/);
    const big = header();
    big.write("MI", 126);
    await expect(readMatFile(big)).rejects.toThrow(/little-endian file \(IM\), got "MI"/);
  });
});
