/** What a lowering rule sees. */
import type { AttributeReader } from "../attributes.ts";
import type { Node, ValueInfo } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";

export interface LoweringOptions {
  /** Whether parameters are fed at each run, so that nothing made of them can be computed when the graph is loaded. Default false. */
  readonly fedParameters?: boolean;
}

export interface LoweringContext extends LoweringOptions {
  readonly g: GraphBuilder;
  readonly node: Node;
  readonly attributes: AttributeReader;
  readonly inputs: readonly (ValueInfo | undefined)[];
  /** An input that must be there. */
  input(index: number): ValueInfo;
}

/** Adds nodes that define the node's own output names; `false` leaves the node as it is. */
export type LoweringRule = (context: LoweringContext) => boolean;
