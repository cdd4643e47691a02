/**
 * 2x2 pooling and unpooling without indices: a mask that is 1 at the first maximum of each window takes the switches' place.
 * Comparisons and float arithmetic only, so that it runs, forward and backward, where MaxPool has no indices (WebGPU).
 */
import { OptionError } from "../errors.ts";
import { formatShape, type GraphBuilder, knownDim, type ValueInfo } from "../onnx/index.ts";

export interface Pooled {
  readonly output: ValueInfo;
  /** Native: int64 flat positions. Portable: a float mask over the windows, `[n, c, h/2, w/2, 4]`. */
  readonly switches: ValueInfo;
}

export function portableMaxPool(g: GraphBuilder, x: ValueInfo, name: string): Pooled {
  const windows = toWindows(g, x, name); // [n, c, h/2, w/2, 4], row-major within the window
  const maximum = g.op("ReduceMax", [windows, g.ints([4])], { keepdims: 1 });
  const switches = firstOf(g, g.cast(g.op("Equal", [windows, maximum]), "float32"), `${name}_mask`);
  // The masked sum equals the maximum, and its gradient is the mask: comparisons have none.
  return { output: g.op("ReduceSum", [g.mul(windows, switches), g.ints([4])], { keepdims: 0 }, { name }), switches };
}

export function portableMaxUnpool(g: GraphBuilder, x: ValueInfo, switches: ValueInfo, name: string): ValueInfo {
  const [channels, height, width] = x.shape.slice(1).map((dim) => knownDim(dim, name));
  const spread = g.mul(g.op("Unsqueeze", [x, g.ints([4])]), switches);
  const [c = 0, h = 0, w = 0] = [channels, height, width];
  const blocks = g.transpose(g.reshape(spread, [-1, c, h, w, 2, 2]), [0, 1, 2, 4, 3, 5]); // [n, c, h, 2, w, 2]
  return g.op("Reshape", [blocks, g.ints([-1, c, 2 * h, 2 * w])], {}, { name });
}

function toWindows(g: GraphBuilder, x: ValueInfo, name: string): ValueInfo {
  const [c = 0, h = 0, w = 0] = x.shape.slice(1).map((dim) => knownDim(dim, name));
  if (h % 2 !== 0 || w % 2 !== 0)
    throw new OptionError(`maxPool: expected an even height and width at "${name}", got ${formatShape(x.shape)}.`);
  const blocks = g.transpose(g.reshape(x, [-1, c, h / 2, 2, w / 2, 2]), [0, 1, 2, 4, 3, 5]); // [n, c, h/2, w/2, 2, 2]
  return g.reshape(blocks, [-1, c, h / 2, w / 2, 4]);
}

/** Keeps the first 1 of the last axis. */
function firstOf(g: GraphBuilder, equal: ValueInfo, name: string): ValueInfo {
  const part = (index: number) => g.slice(equal, [4], [index], [index + 1]);
  const parts = [part(0)];
  let free = g.sub(g.scalar(1), part(0));
  for (let index = 1; index < 4; index++) {
    const first = g.mul(part(index), free);
    parts.push(first);
    free = g.sub(free, first);
  }
  return g.op("Concat", parts, { axis: 4 }, { name });
}
