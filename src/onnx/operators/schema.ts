/** What the library knows of an ONNX operator: attributes, number of inputs, and how the output's shape follows. */
import { ShapeError } from "../../errors.ts";
import type { DataType } from "../data-type.ts";
import type { Attribute, ValueInfo } from "../graph.ts";
import { type Dim, formatShape, type Shape } from "../shape.ts";

/** The ONNX type under which an attribute is stored. */
export type AttributeKind = "int" | "float" | "string" | "ints";

export type OutputType = { readonly type: DataType; readonly shape: Shape };

/** What a shape rule sees of a node. */
export interface InferenceContext {
  /** `Conv "conv1_1"`, for messages. */
  readonly where: string;
  /** The inputs; an optional one that is left out is `undefined`. */
  readonly inputs: readonly (ValueInfo | undefined)[];
  /** How many outputs the node asks for. */
  readonly outputCount: number;
  /** An input that must be there. */
  input(index: number): ValueInfo;
  /** The numbers of an integer input where they are known when the graph is built; a `Shape` node's may be symbolic. */
  dims(index: number): readonly Dim[] | undefined;
  int(name: string): number;
  float(name: string): number;
  string(name: string): string;
  ints(name: string): readonly number[];
}

export interface OperatorSchema {
  readonly attributes: Readonly<Record<string, { readonly kind: AttributeKind; readonly default?: Attribute }>>;
  readonly inputs: readonly [min: number, max: number];
  /** ONNX domain; the standard one is the empty string. */
  readonly domain?: string;
  readonly infer: (context: InferenceContext) => readonly OutputType[];
}

/** A schema whose attribute names are kept, so that the builder can check calls at compile time. */
export function operator<const A extends OperatorSchema["attributes"]>(
  schema: Omit<OperatorSchema, "attributes"> & { readonly attributes: A },
): OperatorSchema & { readonly attributes: A } {
  return schema;
}

export function fail(context: InferenceContext, expected: string): never {
  const shapes = context.inputs.filter((input) => input !== undefined).map((input) => formatShape(input.shape));
  throw new ShapeError(`${context.where}: expected ${expected}, got inputs of shape ${shapes.join(" and ")}.`);
}

/** Checks that an input has `rank` axes. */
export function expectRank(context: InferenceContext, index: number, rank: number, meaning: string): Shape {
  const { shape, name } = context.input(index);
  if (shape.length !== rank) {
    throw new ShapeError(`${context.where}: expected "${name}" of shape ${meaning}, got ${formatShape(shape)}.`);
  }
  return shape;
}
