/** The graph of a trained net as it is deployed: batch norm folded, deconvolutions as convolutions, fc6 and fc6-deconv as products. */
import { ShapeError } from "../errors.ts";
import {
  type BoundGraph,
  foldParameters,
  formatShape,
  lowerGraph,
  type Tensor,
  type TensorSource,
} from "../onnx/index.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import type { Net } from "./net.ts";

/**
 * Binds parameters to a net that was built in inference mode, and rewrites it for speed. Scores stay within 1e-4.
 *
 * @param parameters - float32 tensors by name, such as `conv1_1.weight`, or functions that make them when they are needed.
 * @throws {ShapeError} if parameters are missing or of another shape: all of them are listed.
 */
export function inferenceGraph(net: Net, parameters: ReadonlyMap<string, Tensor | TensorSource>): BoundGraph {
  const tensors = bindParameters(net, parameters);
  const folded = foldBatchNorm({ graph: net.graph, tensors });
  return foldParameters({ graph: lowerGraph(folded.graph), tensors: folded.tensors });
}

/** Checks that there is a tensor for each parameter of a net. */
export function bindParameters(
  net: Net,
  parameters: ReadonlyMap<string, Tensor | TensorSource>,
): Map<string, TensorSource> {
  const tensors = new Map<string, TensorSource>();
  const misfits: string[] = [];
  for (const { name, shape } of net.parameters) {
    const given = parameters.get(name);
    if (given === undefined) misfits.push(`${name} ${formatShape(shape)} is missing`);
    else if (given.shape !== undefined && formatShape(given.shape) !== formatShape(shape))
      misfits.push(`${name} has ${formatShape(given.shape)} instead of ${formatShape(shape)}`);
    else tensors.set(name, typeof given === "function" ? given : () => given);
  }
  if (misfits.length > 0) {
    throw new ShapeError(
      `inferenceGraph: expected the ${net.parameters.length} parameters of "${net.architecture}", got ${misfits.length} that do not fit: ${misfits.join("; ")}.`,
    );
  }
  return tensors;
}
