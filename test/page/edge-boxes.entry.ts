/** In a page: proposals with the compiled search, and on the edges of a forest that the page fetches. */
import type { Proposal } from "deconvnet/proposals";
import { createWebRuntime } from "deconvnet/web";
import { forestProposals, netEdges } from "./edge-boxes.ts";

export { drawnProposals } from "./edge-boxes.ts";

export async function wasmNetEdges(): Promise<number[]> {
  return await netEdges(await createWebRuntime({ threads: 1 }));
}

export async function fetchedForestProposals(): Promise<Proposal[]> {
  return await forestProposals(new Uint8Array(await (await fetch("/own.forest")).arrayBuffer()));
}
