/** In a page: the tiny DeconvNet on the runtime's WebAssembly, with two threads. */
import { createWebRuntime, createWebTraining } from "deconvnet/web";
import * as tiny from "./tiny-deconvnet.ts";

export async function tinyScores(): Promise<number[]> {
  return await tiny.tinyScores(await createWebRuntime({ threads: 2 }));
}

export async function tinyLosses(): Promise<number[]> {
  return await tiny.tinyLosses(await createWebTraining({ threads: 2 }));
}
