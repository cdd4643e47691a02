/** gzip files: recognised, packed and unpacked by the platform. */

import { decompress } from "../tensor/index.ts";

/** Whether bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes themselves, or what they unpack to if they are a gzip file: `limit` bytes at most. */
export async function gunzip(caller: string, bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return isGzip(bytes) ? await decompress(bytes, "gzip", limit, caller) : bytes;
}

/** Packs bytes as gzip. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
