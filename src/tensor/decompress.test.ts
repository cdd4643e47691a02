import { deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { decompress } from "./decompress.ts";

const plain = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251);
const packed = { gzip: gzipSync(plain), deflate: deflateSync(plain) } as const;

test.each(["gzip", "deflate"] as const)("%s gives the bytes back, up to the limit", async (compression) => {
  expect(await decompress(packed[compression], compression, plain.length, "test")).toEqual(plain);
  const refused = decompress(packed[compression], compression, plain.length - 1, "test");
  await expect(refused).rejects.toThrow("test: expected at most 99999 bytes in compressed data, got more.");
});

test.each(["gzip", "deflate"] as const)("%s that is cut short or damaged is a FormatError", async (compression) => {
  const bytes = packed[compression];
  await expect(decompress(bytes.subarray(0, bytes.length - 9), compression, 1e6, "test")).rejects.toThrow(FormatError);
  const damaged = Uint8Array.from(bytes, (byte, i) => (i === 20 ? byte ^ 0xff : byte));
  await expect(decompress(damaged, compression, 1e6, "test")).rejects.toThrow(/expected intact (gzip|deflate) data/);
});

test("nothing is not a stream", async () => {
  await expect(decompress(new Uint8Array(0), "gzip", 10, "test")).rejects.toThrow("got 0 bytes that do not unpack");
});
