/** In a page: proposals with the compiled search, and on the edges of a forest that the page fetches. */
import type { Proposal } from "deconvnet/proposals";
import { forestProposals } from "./edge-boxes.ts";

export { drawnProposals } from "./edge-boxes.ts";

export async function fetchedForestProposals(): Promise<Proposal[]> {
  return await forestProposals(new Uint8Array(await (await fetch("/own.forest")).arrayBuffer()));
}
