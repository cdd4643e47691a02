/**
 * Optimised models: the graph of a model file as ONNX Runtime has rewritten it, with float32 numbers in a file that is mapped
 * into memory. What the file says about itself decides whether it may be used.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { FormatError } from "../../errors.ts";
import { decodeModelMetadata, encodeModel, type Graph } from "../../onnx/index.ts";
import { runtimeVersion } from "../../runtime/node.ts";

/** Changes when older files may no longer be used. */
const FORMAT = 1;

/** The key under which the stamp is in the metadata of the ONNX model. */
export const STAMP_KEY = "deconvnet_optimised";

/** Where an optimised model holds. The rewriting keeps to what holds for every processor. */
export interface OptimisedStamp {
  readonly format: number;
  readonly onnxruntime: string;
  /** SHA-256 of the graph that it was made from: network, size and rewriting rules. */
  readonly graph: string;
  /** Side of the square that the network sees, px. */
  readonly tileSize: number;
  readonly source: SourceStamp;
}

/** The model file that it was made from. */
interface SourceStamp {
  readonly bytes: number;
  /** Time of the last change, ms since 1970. */
  readonly modified: number;
  readonly sha256: string;
}

/** `net.optimised.onnx` beside `net.safetensors`. */
export function optimisedPath(model: string): string {
  return `${model.replace(/\.safetensors$/i, "")}.optimised.onnx`;
}

export async function makeStamp(model: string, graph: Graph, tileSize: number): Promise<OptimisedStamp> {
  const { size, mtimeMs } = await stat(model);
  const source = { bytes: size, modified: Math.round(mtimeMs), sha256: await fileDigest(model) };
  return { format: FORMAT, onnxruntime: runtimeVersion(), graph: graphDigest(graph), tileSize, source };
}

/** @throws {FormatError} if the model was not written by `deconvnet optimise`. */
export function readStamp(bytes: Uint8Array, path: string): OptimisedStamp {
  const text = decodeModelMetadata(bytes, path)[STAMP_KEY];
  try {
    if (text !== undefined) return JSON.parse(text) as OptimisedStamp;
  } catch {
    // As if there were none.
  }
  throw new FormatError(
    `readStamp: expected a model that deconvnet optimise has written, got an ONNX model without its stamp at ${path}. Give the .safetensors file.`,
  );
}

/** Why a graph may not be run from an optimised model; `undefined` if it may. */
export function misfitOfGraph(
  { format, onnxruntime, graph, tileSize }: OptimisedStamp,
  wanted: Graph,
): string | undefined {
  if (format !== FORMAT) return `has format ${format}, and this is ${FORMAT}`;
  if (onnxruntime !== runtimeVersion())
    return `is for onnxruntime-node ${onnxruntime}, and this is ${runtimeVersion()}`;
  if (graph === graphDigest(wanted)) return undefined;
  const side = wanted.inputs[0]?.shape[2];
  return side === tileSize
    ? "is for another network, or from another version of deconvnet"
    : `is for tiles of ${tileSize} px, not ${side}`;
}

/** Why an optimised model does not hold for a model file; `undefined` if it does. */
export async function misfitOfSource({ source }: OptimisedStamp, model: string): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(model);
  const isSame =
    size === source.bytes && (Math.round(mtimeMs) === source.modified || (await fileDigest(model)) === source.sha256);
  return isSame ? undefined : "was made from another model file";
}

function graphDigest(graph: Graph): string {
  return createHash("sha256").update(encodeModel(graph)).digest("hex");
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest("hex");
}
