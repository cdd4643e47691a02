/** How many elements a reduction over some axes takes together; with a symbolic batch that is known only when the graph runs. */
import type { GraphBuilder, ValueInfo } from "../../onnx/index.ts";

export function elementCount(g: GraphBuilder, x: ValueInfo, axes: readonly number[]): ValueInfo {
  const sizes = axes.map((axis) => x.shape[axis]);
  if (sizes.every((size) => typeof size === "number"))
    return g.scalar(sizes.reduce((product, size) => product * size, 1));
  const shape = g.cast(g.op("Shape", [x]), "float32");
  return g.op("ReduceProd", [g.op("Gather", [shape, g.ints(axes)])], { keepdims: 0 });
}
