/** Decompression by the platform (Node and pages), with a limit on what comes out. */

import { FormatError } from "../errors.ts";

/** `gzip` files, or the zlib streams (`deflate`) that other formats have inside. */
export type Compression = "gzip" | "deflate";

/**
 * Decompresses bytes.
 *
 * @param limit - Bytes at most; more is refused before it is held in memory.
 * @param caller - Named in errors.
 * @throws {FormatError} if the bytes are damaged or come to more than the limit.
 */
export async function decompress(
  bytes: Uint8Array,
  compression: Compression,
  limit: number,
  caller: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // A copy: the stream wants bytes that are not shared.
  const source = new Blob([new Uint8Array(bytes)]).stream();
  const reader = source.pipeThrough(new DecompressionStream(compression)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        throw new FormatError(`${caller}: expected at most ${limit} bytes in compressed data, got more.`);
      }
      parts.push(value);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(
      `${caller}: expected intact ${compression} data, got ${bytes.length} bytes that do not unpack. Copy the file again.`,
      { cause: error },
    );
  } finally {
    // Ends the stream after a refusal; does nothing after the end.
    await reader.cancel().catch(() => undefined);
  }
  return concatenate(parts, length);
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
