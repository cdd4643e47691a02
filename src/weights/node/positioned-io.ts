/** Whole reads and writes at a position of a file, in pieces that the system accepts. */
import type { FileHandle } from "node:fs/promises";

/** One call moves at most 2^31 - 1 bytes; 1 GiB is a round number below. */
const PIECE_BYTES = 2 ** 30;

/**
 * Fills `bytes` from the file.
 *
 * @param position - Where in the file to begin, bytes.
 * @param pieceBytes - Largest piece of one call.
 * @returns The number of bytes read: fewer than asked for if the file ends.
 */
export async function readAt(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  pieceBytes: number = PIECE_BYTES,
): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(pieceBytes, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, length, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all of `bytes` to the file, beginning at `position`; see {@link readAt}. */
export async function writeAt(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
  pieceBytes: number = PIECE_BYTES,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(pieceBytes, bytes.length - done);
    const { bytesWritten } = await handle.write(bytes, done, length, position + done);
    done += bytesWritten;
  }
}
