/** What batches and their workers say to each other; all of it can be sent between threads. */
import { DatasetError, FormatError, OptionError } from "../../errors.ts";
import type { Batch, SampleOptions } from "../sample.ts";
import type { ClassIndex, Sampling } from "../sampler.ts";
import type { Dataset } from "./open-dataset.ts";

/** What a worker is started with. */
export interface BatchPlan {
  readonly datasets: readonly Dataset[];
  readonly index: ClassIndex;
  readonly seed: number;
  readonly sampling: Sampling;
  readonly options: SampleOptions;
}

/** Asks for the samples `first` to `first + size - 1`. */
export interface BatchRequest {
  readonly first: number;
  readonly size: number;
}

/** Ends the worker, once the batch under way is made. */
export const END = "end";

export type BatchReply =
  | { readonly first: number; readonly batch: Batch }
  | { readonly first: number; readonly error: SentError };

/** An error as data: its class does not survive the way between threads. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly path: string | undefined;
}

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), path: undefined };
  return { name: error.name, message: error.message, path: error instanceof DatasetError ? error.path : undefined };
}

export function receiveError({ name, message, path }: SentError): Error {
  if (name === "DatasetError") return new DatasetError(message, path ?? "");
  if (name === "FormatError") return new FormatError(message);
  if (name === "OptionError") return new OptionError(message);
  return new Error(message);
}
