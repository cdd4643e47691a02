import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { decodeSafetensors, decodeSafetensorsHeader, encodeSafetensors } from "./safetensors.ts";

/** A file from the text of its header and a number of zero bytes. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

/** The error of decoding; fails if there is none or it is of another class. */
function errorOf(file: Uint8Array): string {
  try {
    decodeSafetensors(file, "bad.safetensors");
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code: "ERR_FORMAT" });
    const message = error instanceof Error ? error.message : "";
    expect(message.length).toBeLessThan(1500);
    return message;
  }
  return expect.fail("the file was accepted");
}

const X = '"dtype":"F32","shape":[2],"data_offsets":[0,8]';

describe("a length of the header that cannot be", () => {
  test.each([0, 7])("file of %i bytes", (length) => {
    expect(errorOf(new Uint8Array(length))).toBe(
      `decodeSafetensors: expected at least 8 bytes of header length, got ${length} bytes in bad.safetensors. ` +
        "The file is truncated or empty.",
    );
  });

  test.each([0n, 1n, 3n, 100_000_001n, 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n])(
    "length %i in a file of 10 bytes",
    (length) => {
      const file = new Uint8Array(10);
      new DataView(file.buffer).setBigUint64(0, length, true);
      expect(errorOf(file)).toContain(
        `expected a header of 2 to 2 bytes (the file has 10 bytes), got a header length of ${length} in bad.safetensors`,
      );
    },
  );

  test("a header over 100 MB is refused even if the file is larger", () => {
    const file = new Uint8Array(100_000_020);
    new DataView(file.buffer).setBigUint64(0, 100_000_001n, true);
    expect(errorOf(file)).toContain("expected a header of 2 to 100000000 bytes");
  });
});

describe("a header that is not the JSON of the format", () => {
  test.each<[string, string, string]>([
    ["no JSON", "{'x': 1}", "expected a header of 8 bytes of UTF-8 JSON"],
    ["an array", "[]", "expected a header that is one JSON object, got []"],
    ["null", "null", "expected a header that is one JSON object, got null"],
    ["a tensor that is a number", '{"x":1}', 'expected tensor "x" to be an object'],
    ["no dtype", '{"x":{"shape":[2],"data_offsets":[0,8]}}', "a dtype of the format such as F32, got nothing"],
    ["an unknown dtype", `{"x":{${X.replace("F32", "F31")}}}`, 'such as F32, got "F31" in bad.safetensors'],
    ["a dtype that is a list", '{"x":{"dtype":["F32"],"shape":[],"data_offsets":[0,4]}}', "got [F32]"],
    ["a negative size", '{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}', "sizes >= 0, got [-2]"],
    ["a fractional size", '{"x":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}', "sizes >= 0, got [0.5]"],
    ["a size as text", '{"x":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}', "sizes >= 0, got [2]"],
    ["a size of 1e300", '{"x":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}', "sizes >= 0, got [1e+300]"],
    ["three offsets", '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}', "[begin, end], got [0, 8, 8]"],
    ["offsets backwards", '{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}', "to take 8 bytes, got -8 bytes"],
    ["metadata that is a list", '{"__metadata__":[]}', "__metadata__ to be an object of strings, got []"],
    ["a number in the metadata", '{"__metadata__":{"a":1}}', '__metadata__ "a" to be a string, got 1'],
  ])("%s", (_, header, message) => {
    expect(errorOf(fileOf(header, 8))).toContain(message);
  });

  test("a shape whose product leaves the safe integers", () => {
    const header = '{"x":{"dtype":"F32","shape":[94906266,94906266,94906266],"data_offsets":[0,8]}}';
    expect(errorOf(fileOf(header, 8))).toContain("to take fewer than 2^53 bytes, got 8 bytes");
  });

  test("bytes that are not UTF-8, and a byte order mark", () => {
    const file = fileOf('{"__metadata__":{"a":"?"}}', 0);
    file[file.indexOf("?".charCodeAt(0))] = 0xff;
    expect(errorOf(file)).toContain("UTF-8 JSON");
    expect(errorOf(fileOf("\ufeff{}", 0))).toContain("UTF-8 JSON");
  });

  test.each([
    ["tensor", `{"x":{${X}},"x":{${X}}}`],
    ["tensor, spelt differently", `{"x":{${X}},"\\u0078":{${X}}}`],
    ["field", `{"x":{"dtype":"F64",${X}}}`],
    ["metadata key", `{"__metadata__":{"a":"1","a":"2"},"x":{${X}}}`],
    ["metadata", `{"__metadata__":{},"__metadata__":{},"x":{${X}}}`],
  ])("a %s that occurs twice", (_, header) => {
    expect(errorOf(fileOf(header, 8))).toContain("twice in one object");
  });

  test("nesting that would exhaust the stack", () => {
    const depth = 1_000_000;
    expect(errorOf(fileOf(`{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`, 0))).toContain(
      "more than 8 levels of nesting",
    );
    expect(errorOf(fileOf('{"a":'.repeat(depth), 0))).toContain("more than 8 levels of nesting");
  });

  test("a name of a million characters and one that would command a terminal come out short and escaped", () => {
    expect(errorOf(fileOf(`{"${"n".repeat(1_000_000)}":1}`, 0))).toContain("n…");
    expect(errorOf(fileOf('{"\\u001b[2J\\u009b":1}', 0))).toContain('"\\u001b[2J\\u009b"');
  });
});

describe("ranges that do not tile the data", () => {
  const at = (name: string, begin: number, end: number): string =>
    `"${name}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;

  test("size and range differ: tensor and both numbers", () => {
    const header = '{"w":{"dtype":"F16","shape":[3,2],"data_offsets":[0,8]}}';
    expect(errorOf(fileOf(header, 8))).toBe(
      'decodeSafetensors: expected tensor "w" of dtype F16 and shape [3, 2] to take 12 bytes, got 8 bytes ' +
        "(data_offsets [0, 8]) in bad.safetensors.",
    );
  });

  test("data missing at the end", () => {
    expect(errorOf(fileOf(`{${at("a", 0, 4)},${at("b", 4, 12)}}`, 11))).toBe(
      'decodeSafetensors: expected tensor "b" to end within the 11 bytes of data, got data_offsets [4, 12] in ' +
        "bad.safetensors. The file is truncated or damaged.",
    );
  });

  test("overlap", () => {
    expect(errorOf(fileOf(`{${at("a", 0, 6)},${at("b", 4, 12)}}`, 12))).toContain(
      'expected tensor "b" to begin at byte 6 of the data, where tensor "a" ends, got 4: it overlaps tensor "a"',
    );
    expect(errorOf(fileOf(`{${at("a", 0, 6)},${at("b", 0, 6)}}`, 6))).toContain("overlaps");
    expect(errorOf(fileOf(`{${at("a", 0, 6)},${at("empty", 3, 3)}}`, 6))).toContain("overlaps");
  });

  test("holes before, between and behind tensors", () => {
    expect(errorOf(fileOf(`{${at("a", 2, 6)}}`, 6))).toContain("got 2: a hole lies behind the header");
    expect(errorOf(fileOf(`{${at("b", 6, 8)},${at("a", 0, 4)}}`, 8))).toContain('a hole lies behind tensor "a"');
    expect(errorOf(fileOf(`{${at("a", 0, 4)}}`, 5))).toContain(
      'expected the data to end at byte 4, where tensor "a" ends, got 5 bytes of data',
    );
  });

  test("offsets near 2^53", () => {
    const end = Number.MAX_SAFE_INTEGER;
    expect(errorOf(fileOf(`{${at("a", end - 4, end)}}`, 4))).toContain("to end within the 4 bytes of data");
  });

  test("empty tensors at the seams are no overlap", () => {
    const file = fileOf(`{${at("e", 0, 0)},${at("a", 0, 4)},${at("f", 4, 4)},${at("g", 4, 4)}}`, 4);
    expect(decodeSafetensors(file, "x").tensors.get("f")?.data.length).toBe(0);
  });
});

describe("what is unusual but in the format", () => {
  test("names that reach into prototypes are names like others", () => {
    const names = ["__proto__", "constructor", "hasOwnProperty"];
    const entries = names.map((name, i) => `"${name}":{"dtype":"U8","shape":[],"data_offsets":[${i},${i + 1}]}`);
    const header = `{"__metadata__":{"__proto__":"polluted"},${entries.join(",")}}`;
    const { tensors, metadata } = decodeSafetensors(fileOf(header, 3), "x");
    expect([...tensors.keys()]).toEqual(names);
    expect(metadata.get("__proto__")).toBe("polluted");
    expect("dtype" in {}).toBe(false);
  });

  test("a field __proto__ does not stand in for missing ones", () => {
    expect(errorOf(fileOf(`{"x":{"__proto__":{${X}}}}`, 8))).toContain("got nothing");
  });

  test("misaligned offsets are read through a copy", () => {
    const header =
      '{"f":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"F64","shape":[1],"data_offsets":[1,9]}}';
    const file = fileOf(header, 9);
    new DataView(file.buffer).setFloat64(file.length - 8, 0.1, true);
    expect(decodeSafetensors(file, "x").tensors.get("x")?.data[0]).toBe(0.1);
  });

  test("types of other programs can be listed but not read", () => {
    const file = fileOf('{"w":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}', 8);
    expect(decodeSafetensorsHeader(file, "x").tensors.get("w")?.dtype).toBe("BF16");
    expect(errorOf(file)).toContain('expected tensor "w" to be one of F32, U8, I32, I64, BOOL, F16, F64, got BF16');
  });
});

describe("random damage", () => {
  const good = encodeSafetensors(
    new Map([
      ["conv1_1.weight", { type: "float32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ["switches", { type: "int64", shape: [2], data: BigInt64Array.of(1n, 2n) }],
    ]),
    new Map([["format_version", "1"]]),
  );

  /** Either refused with a FormatError, or read: then it must be whole and encode again. */
  function decodeOrRefuse(bytes: Uint8Array): void {
    let file: ReturnType<typeof decodeSafetensors>;
    try {
      file = decodeSafetensors(bytes, "x");
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return;
    }
    encodeSafetensors(file.tensors, file.metadata);
  }

  test("every truncation is refused", () => {
    for (let length = 0; length < good.length; length++) errorOf(good.subarray(0, length));
  });

  test("appended bytes are refused", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (tail) => void errorOf(Uint8Array.of(...good, ...tail))));
  });

  test("every flip of one bit, and flips of several bytes", () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bytes = good.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      decodeOrRefuse(bytes);
    }
    const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        decodeOrRefuse(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test("any bytes, and any JSON as header", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), decodeOrRefuse), { numRuns: 1000 });
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom("F32", "U8", "BOOL", "BF16"), fc.json()),
        shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 4 })), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.nat(16), fc.nat(16)), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue()));
    fc.assert(
      fc.property(header, fc.nat(16), (json, bytes) => decodeOrRefuse(fileOf(JSON.stringify(json), bytes))),
      { numRuns: 1000 },
    );
  });

  test("random ranges are accepted only if they tile the data", () => {
    const ranges = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(ranges, fc.nat(8), (list, dataBytes) => {
        const entries = list.map(([a, b], i) => {
          const [begin, end] = [Math.min(a, b), Math.max(a, b)];
          return `"t${i}":{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;
        });
        const owners = new Array<number>(dataBytes).fill(0);
        let inside = true;
        for (const [a, b] of list) {
          for (let at = Math.min(a, b); at < Math.max(a, b); at++) owners[at] = (owners[at] ?? 0) + 1;
          inside &&= Math.max(a, b) <= dataBytes;
        }
        const tiles = inside && owners.every((count) => count === 1);
        // An empty tensor inside another one is refused too, which counting owners does not see.
        const split = list.some(([a, b]) => a === b && list.some(([c, d]) => Math.min(c, d) < a && a < Math.max(c, d)));
        const file = fileOf(`{${entries.join(",")}}`, dataBytes);
        if (tiles && !split) decodeSafetensors(file, "x");
        else errorOf(file);
      }),
      { numRuns: 2000 },
    );
  });
});
