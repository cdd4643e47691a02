/** Opens a model for segmenting: a model file, with what was optimised beforehand if it lies beside it, or an optimised model alone. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { FormatError, OptionError } from "../../errors.ts";
import { buildNet } from "../../nets/index.ts";
import { decodeModelMetadata, type Graph } from "../../onnx/index.ts";
import type { PreparedModel } from "../../runtime/index.ts";
import { shellWord } from "../../shell-word.ts";
import { decodeMetadata, type ModelMetadata } from "../../weights/index.ts";
import { openModelFile } from "../../weights/node.ts";
import { type SegmentationModel, segmentationModel } from "../model.ts";
import { misfitOfGraph, misfitOfSource, type OptimisedStamp, optimisedPath, readStamp } from "./optimised-file.ts";

export interface OpenedModel {
  readonly model: SegmentationModel;
  readonly metadata: ModelMetadata;
}

/**
 * Opens a model; its numbers are read when a segmenter is made of it.
 *
 * @param path - A model file (`.safetensors`), or what `deconvnet optimise` wrote (`.onnx`).
 * @param onNote - Told in a line why an optimised model that lies beside the model file is not used.
 * @throws {OptionError} if there is no such file, or it holds no network that segments. {@link FormatError} if it is damaged.
 */
export async function openSegmentationModel(
  path: string,
  onNote: (text: string) => void = () => {},
): Promise<OpenedModel> {
  if (/\.onnx$/i.test(path)) return await openOptimised(path);
  const { metadata, tensors } = await openModelFile(path);
  const findPrepared = (graph: Graph, device: string): Promise<PreparedModel | undefined> =>
    device === "cpu" ? findBeside(path, graph, onNote) : Promise.resolve(undefined);
  return { metadata, model: { ...segmentationModel({ metadata, tensors }, path), findPrepared } };
}

async function findBeside(
  path: string,
  graph: Graph,
  onNote: (text: string) => void,
): Promise<PreparedModel | undefined> {
  const optimised = optimisedPath(path);
  const bytes = await readFile(optimised).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const pass = (reason: string): void =>
    onNote(`${optimised} ${reason}: it is not used. Write it again: deconvnet optimise ${shellWord(path)}`);
  try {
    const stamp = readStamp(bytes, optimised);
    const misfit = misfitOfGraph(stamp, graph) ?? (await misfitOfSource(stamp, path));
    if (misfit !== undefined) {
      pass(misfit);
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    pass("is no optimised model");
    return undefined;
  }
  return {
    model: bytes,
    folder: dirname(optimised),
    onRefused: (error) => pass(`cannot be loaded (${error.message})`),
  };
}

async function openOptimised(path: string): Promise<OpenedModel> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new OptionError(`openSegmentationModel: expected a readable file, got ${error.message}. Check the path.`);
  });
  const stamp = readStamp(bytes, path);
  const metadata = await decodeMetadata(new Map(Object.entries(decodeModelMetadata(bytes, path))), path);
  const { parameters } = buildNet(metadata.architecture, metadata.architectureOptions);
  const tensors = new Map(parameters.map(({ name }) => [name, () => noNumbers(path)]));
  const findPrepared = (graph: Graph, device: string): Promise<PreparedModel> => {
    const misfit = device === "cpu" ? misfitOfGraph(stamp, graph) : `is for the device cpu, not ${device}`;
    if (misfit !== undefined) throw new OptionError(`openSegmentationModel: ${path} ${misfit}. ${adviceOf(stamp)}`);
    return Promise.resolve({ model: bytes, folder: dirname(path) });
  };
  return { metadata, model: { ...segmentationModel({ metadata, tensors }, path), findPrepared } };
}

function adviceOf({ tileSize }: OptimisedStamp): string {
  return `Write it again from the .safetensors file with deconvnet optimise, or use that file (this one sees ${tileSize} px).`;
}

function noNumbers(path: string): never {
  throw new FormatError(
    `openSegmentationModel: expected the numbers of ${path} in the runtime only, got a reader here.`,
  );
}
