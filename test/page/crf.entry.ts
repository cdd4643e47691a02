/** In a page: the dense CRF, alone and on threads. */
import { openCrfThreads } from "deconvnet/web";
import * as example from "./crf.ts";

export async function refineAlone(): Promise<example.Refined> {
  return await example.refine({});
}

export async function refineOnThreads(): Promise<example.Refined> {
  const threads = openCrfThreads(2);
  try {
    return await example.refine({ threads });
  } finally {
    threads.dispose();
  }
}
