/** gzip by the platform (Node 18 and pages), with a limit on what comes out. */

import { FormatError } from "../errors.ts";

/** Whether bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks gzip.
 *
 * @param limit - Bytes at most; more is refused before it is held in memory.
 * @throws {FormatError} if the bytes are damaged or unpack to more than the limit.
 */
export async function gunzip(caller: string, bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // A copy: the stream wants bytes that are not shared.
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        throw new FormatError(`${caller}: expected a file that unpacks to at most ${limit} bytes, got more.`);
      }
      parts.push(value);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(
      `${caller}: expected intact gzip data, got ${bytes.length} bytes that do not unpack. Copy the file again.`,
      { cause: error },
    );
  } finally {
    // Ends the stream after a refusal; does nothing after the end.
    await reader.cancel().catch(() => undefined);
  }
  return concatenate(parts, length);
}

/** Packs bytes as gzip. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
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
