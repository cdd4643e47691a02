/** A mean field in the caller's own thread. */
import type { LatticeSize } from "../kernels/index.ts";
import { openWorkspace } from "./backend.ts";
import { createField, fieldBytes, fillEvidence, startMarginals, updateField } from "./field.ts";
import { measureNorm } from "./gaussian-filter.ts";
import { pointsOf } from "./kernel-source.ts";
import type { MeanFieldOptions } from "./options.ts";
import type { Session } from "./session.ts";

/** @throws {BackendError} if WebAssembly is asked for and the platform lacks its SIMD. */
export async function ownSession(options: MeanFieldOptions): Promise<Session> {
  const workspace = await openWorkspace("meanField", options.backend ?? "auto");
  const sizes: LatticeSize[] = [];
  const weights: number[] = [];
  return {
    build: async (sources) => {
      for (const source of sources) {
        sizes.push(await workspace.build(pointsOf(source)));
        weights.push(source.kernel.weight);
      }
      return sizes;
    },
    open: async (unary) => {
      const { memory, lattices } = workspace.open(fieldBytes(unary, sizes, 1));
      const kernels = lattices.map((lattice, i) => ({ lattice, weight: weights[i] ?? 0 }));
      const field = createField(memory, unary, kernels, options, 1);
      for (const filter of field.filters) measureNorm(memory, filter);
      fillEvidence(field, unary);
      startMarginals(memory, field, 0, field.layout.pixels);
      return { field, update: async () => updateField(memory, field) };
    },
    close: async () => undefined,
  };
}
