/**
 * The intermediate representation of a network: an ONNX graph whose weights are kept apart, so that the same graph is
 * run with weights as inputs (training), as initialisers (inference) or as external data.
 */
import type { DataType, TensorArray } from "./data-type.ts";
import type { Dim, Shape } from "./shape.ts";

/** A named tensor of a graph: its type and its shape. */
export interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  readonly shape: Shape;
}

/** A tensor with its numbers: row-major, last axis fastest. */
export interface Tensor {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

/** An attribute of a node; the operator's schema says of which ONNX type it is. */
export type Attribute = number | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator call. An empty input or output name is an optional one that is left out. */
export interface Node {
  readonly op: string;
  /** The layer's name; unique in its graph. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface Graph {
  readonly name: string;
  /** What is fed at each run. */
  readonly inputs: readonly ValueInfo[];
  /** Weights and statistics: graph inputs in training, initialisers in inference. */
  readonly parameters: readonly ValueInfo[];
  /** Small tensors that belong to the graph itself: shapes, axes, class numbers. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** In an order in which each node comes after those that it reads. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  /** Type and shape of every named value. */
  readonly values: ReadonlyMap<string, ValueInfo>;
}

/** The name of the symbolic batch size in all networks of this package. */
export const BATCH: Dim = "N";
