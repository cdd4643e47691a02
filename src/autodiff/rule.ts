/** What a gradient rule sees of the node that it differentiates. */
import type { AttributeReader, GraphBuilder, Node, ValueInfo } from "../onnx/index.ts";

export interface RuleContext {
  /** The graph that the gradient's nodes are added to; it already holds the forward graph. */
  readonly g: GraphBuilder;
  readonly node: Node;
  readonly attributes: AttributeReader;
  readonly inputs: readonly (ValueInfo | undefined)[];
  readonly outputs: readonly (ValueInfo | undefined)[];
  /** The gradient of the loss with respect to each output; `undefined` where it is zero. */
  readonly gradients: readonly (ValueInfo | undefined)[];
  /** Whether the gradient of an input is asked for; rules compute nothing else. */
  needs(index: number): boolean;
  /** An input that must be there. */
  input(index: number): ValueInfo;
  output(index: number): ValueInfo;
  /** The gradient of the first output, in most operators the only one. */
  readonly gradient: ValueInfo;
}

/** Adds the nodes of one operator's gradient; returns the gradient of each input, `undefined` where none was needed. */
export type Rule = (context: RuleContext) => readonly (ValueInfo | undefined)[];
