/** Operators that move elements without computing: reshaping, slicing, padding, gathering. */
import { ShapeError } from "../../errors.ts";
import { broadcastShapes, type Dim, formatShape, knownDim, normalizeAxis, type Shape } from "../shape.ts";
import { fail, type InferenceContext, operator } from "./schema.ts";

function requiredDims(context: InferenceContext, index: number, what: string): readonly Dim[] {
  return context.dims(index) ?? fail(context, `${what} that are known when the graph is built`);
}

function requiredInts(context: InferenceContext, index: number, what: string): number[] {
  return requiredDims(context, index, what).map((dim) => knownDim(dim, context.where));
}

/** Splits a shape into the product of its numbers and its sorted symbols, so that sizes can be compared; `49*N` has both. */
function factors(shape: Shape): { product: number; symbols: string } {
  const all = shape.flatMap((dim) => `${dim}`.split("*"));
  const symbols = all.filter((factor) => Number.isNaN(Number(factor))).sort();
  const product = all.reduce((result, factor) => (symbols.includes(factor) ? result : result * Number(factor)), 1);
  return { product, symbols: symbols.join("*") };
}

export const Reshape = operator({
  attributes: { allowzero: { kind: "int", default: 0 } },
  inputs: [2, 2],
  infer(context) {
    const { shape, type } = context.input(0);
    const target = requiredDims(context, 1, "target dimensions").map((dim, axis) =>
      dim === 0 ? (shape[axis] ?? 0) : dim,
    );
    if (target.filter((dim) => typeof dim === "number" && dim < 0).some((dim, nth) => dim !== -1 || nth > 0))
      fail(context, `one size of -1 at most (not ${formatShape(target)})`);
    const from = factors(shape);
    const known = factors(target.filter((dim) => dim !== -1));
    const unknown = target.indexOf(-1);
    if (unknown === -1) {
      if (from.product !== known.product || from.symbols !== known.symbols)
        fail(context, `as many elements as ${formatShape(target)} has`);
      return [{ type, shape: target }];
    }
    if (from.product % known.product !== 0) fail(context, `a size that ${formatShape(target)} divides`);
    const rest = from.product / known.product;
    const symbols =
      subtractSymbols(from.symbols, known.symbols) ?? fail(context, `the symbolic sizes of ${formatShape(target)}`);
    const dim: Dim = symbols === "" ? rest : rest === 1 ? symbols : `${rest}*${symbols}`;
    return [{ type, shape: target.with(unknown, dim) }];
  },
});

function subtractSymbols(all: string, part: string): string | undefined {
  const left = all === "" ? [] : all.split("*");
  for (const symbol of part === "" ? [] : part.split("*")) {
    const index = left.indexOf(symbol);
    if (index === -1) return undefined;
    left.splice(index, 1);
  }
  return left.join("*");
}

export const Flatten = operator({
  attributes: { axis: { kind: "int", default: 1 } },
  inputs: [1, 1],
  infer(context) {
    const { shape, type } = context.input(0);
    const axis =
      context.int("axis") === shape.length
        ? shape.length
        : normalizeAxis(context.int("axis"), shape.length, context.where);
    const side = (dims: Shape): Dim => {
      const { product, symbols } = factors(dims);
      return symbols === "" ? product : product === 1 ? symbols : `${product}*${symbols}`;
    };
    return [{ type, shape: [side(shape.slice(0, axis)), side(shape.slice(axis))] }];
  },
});

export const Squeeze = operator({
  attributes: {},
  inputs: [2, 2],
  infer(context) {
    const { shape, type } = context.input(0);
    const axes = requiredInts(context, 1, "axes").map((axis) => normalizeAxis(axis, shape.length, context.where));
    if (axes.some((axis) => shape[axis] !== 1)) fail(context, `size 1 at the axes ${axes.join(", ")}`);
    return [{ type, shape: shape.filter((_, axis) => !axes.includes(axis)) }];
  },
});

export const Unsqueeze = operator({
  attributes: {},
  inputs: [2, 2],
  infer(context) {
    const { shape, type } = context.input(0);
    const given = requiredInts(context, 1, "axes");
    const rank = shape.length + given.length;
    const axes = given.map((axis) => normalizeAxis(axis, rank, context.where));
    const rest = [...shape];
    return [
      { type, shape: Array.from({ length: rank }, (_, axis): Dim => (axes.includes(axis) ? 1 : (rest.shift() ?? 1))) },
    ];
  },
});

export const Transpose = operator({
  attributes: { perm: { kind: "ints", default: [] } },
  inputs: [1, 1],
  infer(context) {
    const { shape, type } = context.input(0);
    const perm =
      context.ints("perm").length === 0 ? shape.map((_, axis) => shape.length - 1 - axis) : context.ints("perm");
    if (perm.length !== shape.length || new Set(perm).size !== perm.length)
      fail(context, `a permutation of ${shape.length} axes (not [${perm.join(", ")}])`);
    return [{ type, shape: perm.map((axis) => shape[normalizeAxis(axis, shape.length, context.where)] as Dim) }];
  },
});

export const Slice = operator({
  attributes: {},
  inputs: [3, 5],
  infer(context) {
    const { shape, type } = context.input(0);
    const starts = requiredInts(context, 1, "starts");
    const ends = requiredInts(context, 2, "ends");
    const axes = context.inputs[3] === undefined ? starts.map((_, axis) => axis) : requiredInts(context, 3, "axes");
    const steps = context.inputs[4] === undefined ? starts.map(() => 1) : requiredInts(context, 4, "steps");
    const result = [...shape];
    axes.forEach((given, index) => {
      const axis = normalizeAxis(given, shape.length, context.where);
      const size = knownDim(shape[axis], context.where);
      const step = steps[index] ?? 1;
      const clamp = (value: number, low: number, high: number) =>
        Math.min(Math.max(value < 0 ? value + size : value, low), high);
      const start = step > 0 ? clamp(starts[index] ?? 0, 0, size) : clamp(starts[index] ?? 0, 0, size - 1);
      const end = step > 0 ? clamp(ends[index] ?? 0, 0, size) : clamp(ends[index] ?? 0, -1, size - 1);
      result[axis] = Math.max(0, Math.ceil((end - start) / step));
    });
    return [{ type, shape: result }];
  },
});

export const Concat = operator({
  attributes: { axis: { kind: "int" } },
  inputs: [1, Number.POSITIVE_INFINITY],
  infer(context) {
    const { shape, type } = context.input(0);
    const axis = normalizeAxis(context.int("axis"), shape.length, context.where);
    let size = 0;
    context.inputs.forEach((_, index) => {
      const other = context.input(index).shape;
      if (other.length !== shape.length || other.some((dim, k) => k !== axis && dim !== shape[k]))
        fail(context, `shapes that agree but in axis ${axis}`);
      size += knownDim(other[axis], context.where);
    });
    return [{ type, shape: shape.with(axis, size) }];
  },
});

export const Pad = operator({
  attributes: { mode: { kind: "string", default: "constant" } },
  inputs: [2, 3],
  infer(context) {
    const { shape, type } = context.input(0);
    const pads = requiredInts(context, 1, "pads");
    if (pads.length !== 2 * shape.length) fail(context, `${2 * shape.length} pads (not ${pads.length})`);
    const padded = shape.map((dim, axis): Dim => {
      const total = (pads[axis] ?? 0) + (pads[axis + shape.length] ?? 0);
      return total === 0 ? dim : knownDim(dim, context.where) + total;
    });
    if (padded.some((dim) => typeof dim === "number" && dim < 0)) fail(context, "pads that leave a size of at least 0");
    return [{ type, shape: padded }];
  },
});

export const Expand = operator({
  attributes: {},
  inputs: [2, 2],
  infer(context) {
    const { shape, type } = context.input(0);
    const target = requiredDims(context, 1, "target dimensions");
    return [
      {
        type,
        shape: broadcastShapes(shape, target) ?? fail(context, `a shape that expands to ${formatShape(target)}`),
      },
    ];
  },
});

export const Gather = operator({
  attributes: { axis: { kind: "int", default: 0 } },
  inputs: [2, 2],
  infer(context) {
    const { shape, type } = context.input(0);
    const axis = normalizeAxis(context.int("axis"), shape.length, context.where);
    return [{ type, shape: [...shape.slice(0, axis), ...context.input(1).shape, ...shape.slice(axis + 1)] }];
  },
});

/** Writes `updates` into a copy of the data at flat positions along `axis`; here for its `reduction: "add"`. */
export const ScatterElements = operator({
  attributes: { axis: { kind: "int", default: 0 }, reduction: { kind: "string", default: "none" } },
  inputs: [3, 3],
  infer: (context) => [{ type: context.input(0).type, shape: context.input(0).shape }],
});

export const Shape$ = operator({
  attributes: {},
  inputs: [1, 1],
  infer: (context) => [{ type: "int64", shape: [context.input(0).shape.length] }],
});

export const Resize = operator({
  attributes: {
    mode: { kind: "string", default: "nearest" },
    coordinate_transformation_mode: { kind: "string", default: "half_pixel" },
    nearest_mode: { kind: "string", default: "round_prefer_floor" },
    antialias: { kind: "int", default: 0 },
    exclude_outside: { kind: "int", default: 0 },
  },
  inputs: [3, 4],
  infer(context) {
    const { shape, type } = context.input(0);
    const sizes = context.inputs[3] === undefined ? undefined : requiredDims(context, 3, "sizes");
    if (sizes === undefined || sizes.length !== shape.length) {
      throw new ShapeError(
        `${context.where}: expected ${shape.length} sizes as the fourth input, got ${sizes?.length ?? "none"}.`,
      );
    }
    return [{ type, shape: sizes }];
  },
});
