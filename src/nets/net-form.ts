/** The two forms of a net: the same numbers from different operators. */
import type { GraphOptions } from "./layer-builder.ts";

/** `native`: pooling with switches and batch norm as operators. `portable`: both written out, as WebGPU needs them. */
export type NetForm = "native" | "portable";

export const NET_FORMS: readonly NetForm[] = Object.freeze(["native", "portable"]);

/** What a net is built with for a form. */
export function netForm(form: NetForm): Required<Pick<GraphOptions, "unpooling" | "batchNorm">> {
  return form === "native"
    ? { unpooling: "native", batchNorm: "operator" }
    : { unpooling: "portable", batchNorm: "primitives" };
}
