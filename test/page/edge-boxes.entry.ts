/** In a page: proposals with the compiled search. */
export { drawnProposals } from "./edge-boxes.ts";
