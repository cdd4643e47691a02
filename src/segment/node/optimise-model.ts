/** Writes the optimised form of a model file. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { BackendError, OptionError } from "../../errors.ts";
import { encodeModel } from "../../onnx/index.ts";
import { nodeRuntime, storeParameters } from "../../runtime/node.ts";
import { encodeMetadata } from "../../weights/index.ts";
import { type GraphLayout, segmentationGraph } from "../segmentation-graph.ts";
import { openSegmentationModel } from "./open-model.ts";
import { makeStamp, optimisedPath, STAMP_KEY } from "./optimised-file.ts";

export interface OptimiseOptions extends Pick<GraphLayout, "size" | "tileSize"> {
  /** The `.onnx` file to write. Default: `NAME.optimised.onnx` beside `NAME.safetensors`, where it is found without being named. */
  readonly out?: string;
}

/** What was written. */
export interface OptimisedModel {
  readonly file: string;
  /** The file with the numbers, in the same folder. */
  readonly numbers: string;
  /** Of both together. */
  readonly bytes: number;
  /** Side of the square that the network sees, px. */
  readonly tileSize: number;
}

/**
 * Has ONNX Runtime rewrite a model's graph as far as that holds for every processor, and writes it with float32 numbers that are
 * mapped into memory when it is loaded.
 *
 * @param path - A model file (`.safetensors`).
 * @throws {OptionError} if there is no such file, or no folder for the result. {@link FormatError} if it is damaged.
 * @throws {BackendError} if the disk is full.
 */
export async function optimiseModel(path: string, options: OptimiseOptions = {}): Promise<OptimisedModel> {
  const file = options.out ?? optimisedPath(path);
  requireNames(path, file);
  const { model, metadata } = await openSegmentationModel(path);
  const { graph, tensors, tileSize } = segmentationGraph(model, nodeRuntime.device, options);
  const stamp = await makeStamp(path, graph, tileSize);
  const stem = basename(file).replace(/\.onnx$/i, "");
  // Another file's numbers have another name, so that a graph never meets numbers that are not its own.
  const numbers = `${stem}-${randomUUID().slice(0, 8)}.data`;
  const folder = dirname(resolve(file));
  const work = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(work);
    const stored = await storeParameters(tensors, work);
    const strings = { ...Object.fromEntries(await encodeMetadata(metadata)), [STAMP_KEY]: JSON.stringify(stamp) };
    const host = await nodeRuntime.open(encodeModel(graph, { parameters: stored.tensors, metadata: strings }), {
      externalDataFolder: stored.folder,
      optimization: "portable",
      optimizedModel: { path: join(work, stem), numbers },
    });
    await host.dispose();
    await rename(join(work, numbers), join(folder, numbers));
    await rename(join(work, stem), file);
  } catch (error) {
    throw placeError(folder, error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await removeOlder(folder, stem, numbers);
  const sizes = await Promise.all([file, join(folder, numbers)].map(async (written) => (await stat(written)).size));
  return { file, numbers: join(folder, numbers), bytes: sizes.reduce((sum, size) => sum + size, 0), tileSize };
}

function requireNames(path: string, file: string): void {
  if (/\.onnx$/i.test(path))
    throw new OptionError(`optimiseModel: expected a .safetensors file, got ${path}. Give the model file.`);
  if (!/\.onnx$/i.test(file))
    throw new OptionError(`optimiseModel: expected a name that ends with .onnx, got ${file}. Add the ending.`);
}

/** The numbers of what was replaced. */
async function removeOlder(folder: string, stem: string, numbers: string): Promise<void> {
  const older = (await readdir(folder)).filter(
    (name) => name.startsWith(`${stem}-`) && /^-[0-9a-f]{8}\.data$/.test(name.slice(stem.length)) && name !== numbers,
  );
  for (const name of older) await rm(join(folder, name), { force: true });
}

function placeError(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error && "code" in error)) return error;
  if (error.code === "ENOSPC")
    return new BackendError(
      `optimiseModel: expected room in ${folder}, got a full disk. Free space, or name another place with --out.`,
      {
        cause: error,
      },
    );
  return new OptionError(
    `optimiseModel: expected a writable folder, got ${String(error.code)} at ${folder}. Name another place with --out.`,
    { cause: error },
  );
}
