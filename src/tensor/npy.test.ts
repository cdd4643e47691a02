import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { encodeNpy } from "./npy.ts";

const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

describe("encodeNpy", () => {
  it("writes the header that NumPy describes, and little-endian numbers", () => {
    const bytes = encodeNpy(Float32Array.of(1, -2, 0.5, 4, 5, 6), [2, 3]);
    expect(text(bytes.subarray(0, 8))).toBe("\x93NUMPY\x01\x00");
    const header = new DataView(bytes.buffer).getUint16(8, true);
    expect((10 + header) % 64).toBe(0);
    expect(text(bytes.subarray(10, 10 + header))).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/,
    );
    expect(bytes.length).toBe(10 + header + 24);
    expect([...bytes.subarray(10 + header, 10 + header + 8)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  });

  it("writes a shape of one dimension as a tuple", () => {
    expect(text(encodeNpy(Float32Array.of(7), [1]))).toContain("'shape': (1,), }");
  });

  it("refuses a shape that does not fit", () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(ShapeError);
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow("expected 6 numbers for the shape [2, 3], got 5");
  });
});
