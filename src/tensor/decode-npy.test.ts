import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../errors.ts";
import { decodeNpy } from "./decode-npy.ts";
import { encodeNpy } from "./npy.ts";

/** A file with any header and any bytes after it. */
function npy(header: string, data: Uint8Array = new Uint8Array(0), major = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = major === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), major, 0, ...length, ...text, ...data);
}

const header = (shape: string, type = "<f4", order = "False"): string =>
  `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

describe("decodeNpy", () => {
  it("gives back what encodeNpy wrote, to the bit", () => {
    const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(dims, fc.infiniteStream(fc.float()), (shape, values) => {
        const count = shape.reduce((product, dim) => product * dim, 1);
        const data = Float32Array.from([...values.take(count)]);
        const decoded = decodeNpy(encodeNpy(data, shape), "a.npy");
        expect(decoded.shape).toEqual(shape);
        expect(decoded.data).toEqual(data);
      }),
    );
  });

  it("reads version 2 and 3, and float64, at any offset of a larger buffer", () => {
    const numbers = new Uint8Array(Float64Array.of(1.5, -2, 1e-3).buffer);
    for (const major of [1, 2, 3]) {
      const file = npy(header("3,", "<f8"), numbers, major);
      const inside = Uint8Array.of(7, ...file, 9).subarray(1, 1 + file.length);
      expect(decodeNpy(inside, "a.npy")).toEqual({ shape: [3], data: Float32Array.of(1.5, -2, 1e-3) });
    }
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["another kind of file", new TextEncoder().encode("GIF89a and more of it"), /a \.npy file, got 21 bytes/],
    ["an empty file", new Uint8Array(0), /got 0 bytes of something else/],
    ["version 9", npy(header("1,"), new Uint8Array(4), 9), /version 1 to 3, got 9\.0/],
    ["a header longer than the file", npy("{    }").with(8, 200), /header of at most 6 bytes, got 200/],
    ["a header of 4 GB", npy("", new Uint8Array(20), 2).fill(255, 8, 12), /at most 20 bytes, got 4294967295/],
    ["objects", npy(header("1,", "|O")), /"<f4" or "<f8", got "\|O"\. Save it with array\.astype/],
    ["big-endian numbers", npy(header("1,", ">f4"), new Uint8Array(4)), /got ">f4"/],
    ["records", npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), /a header without one/],
    ["columns first", npy(header("2, 2", "<f4", "True"), new Uint8Array(16)), /C order.*ascontiguousarray/],
    ["a negative shape", npy(header("-1,"), new Uint8Array(4)), /a shape of whole numbers/],
    ["too few numbers", npy(header("2, 3"), new Uint8Array(20)), /24 bytes for the shape \[2, 3\].*got 20/],
    ["too many numbers", npy(header("2, 3"), new Uint8Array(28)), /24 bytes .*got 28/],
    ["a shape beyond all memory", npy(header("99999999999, 99999999999")), /bytes for the shape.*got 0/],
    ["code in place of a header", npy("__import__('os').system('true')"), /a header without one/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeNpy(bytes, "a.npy")).toThrow(FormatError);
    expect(() => decodeNpy(bytes, "a.npy")).toThrow(message);
    expect(() => decodeNpy(bytes, "a.npy")).toThrow("decodeNpy: a.npy: expected ");
  });

  it("throws nothing but FormatError for damaged files", () => {
    const whole = encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const { shape, data } = decodeNpy(bytes.subarray(0, length), "a.npy");
          expect(data.length).toBe(shape.reduce((product, dim) => product * dim, 1));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});
