/** A CRF in plain TypeScript: lattices and arrays are buffers of their own. */
import type { CrfWorkspace, Lattice } from "../kernels/index.ts";
import { buildLattice } from "./lattice.ts";
import { plainMemory } from "./plain-memory.ts";

/** The TypeScript implementation of {@link CrfWorkspace}. */
export function plainWorkspace(): CrfWorkspace {
  const lattices: Lattice[] = [];
  return {
    build: async (features) => {
      const lattice = buildLattice(features);
      lattices.push(lattice);
      const { dimension, points, vertices, runs } = lattice;
      return { dimension, points, vertices, runLengths: runs.map(({ length }) => length) };
    },
    open: () => ({ memory: plainMemory(), lattices }),
  };
}
