/** Reads one tensor of a safetensors file whose header was read before; blocks the thread. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FormatError } from "../../errors.ts";
import { createArray, type Tensor } from "../../onnx/index.ts";
import { readableType } from "../safetensors.ts";
import type { SafetensorsHeader, Source, TensorEntry } from "../safetensors-header.ts";
import { unreadableError } from "./file-error.ts";

/** One call moves at most 2^31 - 1 bytes. */
const PIECE_BYTES = 2 ** 30;

/**
 * @throws {OptionError} if the file is gone.
 * @throws {FormatError} if it has another length than its header had, or the tensor's type is not one of ours.
 */
export function readTensorAgain(header: SafetensorsHeader, entry: TensorEntry): Tensor {
  const { fileName } = header;
  const source: Source = { caller: "openModelFile", fileName };
  const type = readableType(entry, source);
  const data = createArray(
    type,
    entry.shape.reduce((product, size) => product * size, 1),
  );
  const bytes = new Uint8Array(data.buffer);
  try {
    const file = openSync(fileName, "r");
    try {
      requireSize(fstatSync(file).size, header);
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(file, bytes, done, Math.min(PIECE_BYTES, bytes.length - done), entry.offset + done);
        if (read === 0) requireSize(entry.offset + done, header);
        done += read;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadableError(source.caller, fileName, error);
  }
  return { type, shape: entry.shape, data };
}

function requireSize(size: number, { fileName, fileBytes }: SafetensorsHeader): void {
  if (size === fileBytes) return;
  throw new FormatError(
    `openModelFile: expected ${fileName} to keep its ${fileBytes} bytes while it is read, got ${size}. Start again.`,
  );
}
