/** ONNX graphs: built in TypeScript, with every shape known, written to and read from the bytes of an ONNX model. */

export { type AttributeReader, readAttributes } from "./attributes.ts";
export { bindDims } from "./bind-dims.ts";
export * from "./data-type.ts";
export * from "./decode.ts";
export * from "./encode.ts";
export { type BoundGraph, foldParameters, type TensorSource } from "./fold-parameters.ts";
export { freeSize } from "./free-size.ts";
export * from "./graph.ts";
export * from "./graph-builder.ts";
export { inferNode } from "./infer-shapes.ts";
export { lowerGraph } from "./lower/lower.ts";
export { multiplyAlong } from "./multiply-along.ts";
export { type AttributesOf, findOperator, OPERATORS, type OperatorName } from "./operators/index.ts";
export * from "./print.ts";
export * from "./prune.ts";
export { resizeMatrix } from "./resize-matrix.ts";
export * from "./shape.ts";
export { type LossInputs, type LossTerms, lossTerms } from "./softmax-cross-entropy.ts";
export { avoidWebGpuFaults } from "./webgpu-faults.ts";
