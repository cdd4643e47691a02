/** Writes safetensors files. */
import type { Tensor } from "../../onnx/index.ts";
import { layOutSafetensors } from "../safetensors.ts";
import { writeFileAtomically } from "./atomic-file.ts";

/**
 * Writes a safetensors file, atomically: if anything fails, the old file is as it was.
 *
 * @param path - The file to write or replace; of a symbolic link, what it points to.
 * @param tensors - Tensors by name, over 2 GB as well: no copy of them is made.
 * @param metadata - Strings by name.
 * @throws {BackendError} if the disk is full or fails.
 * @throws {OptionError} if the folder is missing or not writable, or a name is reserved.
 * @throws {ShapeError} if a tensor's data do not fit its type and shape.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const { head, data } = layOutSafetensors(tensors, metadata);
  await writeFileAtomically(path, [head, ...data], "writeSafetensors");
}
