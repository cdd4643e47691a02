/** Shapes with symbolic dimensions: a number, or a name such as `N` for the batch size. */
import { ShapeError } from "../errors.ts";

export type Dim = number | string;
export type Shape = readonly Dim[];

/** Prints a shape as `[N, 64, 224, 224]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The product of the dimensions, or `undefined` if one of them is symbolic. */
export function sizeOf(shape: Shape): number | undefined {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim !== "number") return undefined;
    size *= dim;
  }
  return size;
}

/** The dimensions as numbers; symbolic ones such as `N` or `49*N` take their value from `bindings`. */
export function bindShape(shape: Shape, bindings: Readonly<Record<string, number>>): number[] {
  const sizeOfDim = (dim: string): number => {
    const value = bindings[dim] ?? Number(dim);
    if (Number.isNaN(value))
      throw new ShapeError(
        `bindShape: expected a value for the symbolic dimension "${dim}" of ${formatShape(shape)}, got none.`,
      );
    return value;
  };
  return shape.map((dim) =>
    typeof dim === "number" ? dim : dim.split("*").reduce((product, factor) => product * sizeOfDim(factor), 1),
  );
}

/** A dimension that must be known to compute with; `what` says of which layer and axis. */
export function knownDim(dim: Dim | undefined, what: string): number {
  if (typeof dim === "number") return dim;
  throw new ShapeError(
    `${what}: expected a known size, got ${dim === undefined ? "no such axis" : `the symbolic dimension "${dim}"`}. Only the batch size may stay symbolic.`,
  );
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** NumPy broadcasting of two shapes; `undefined` if they do not fit. A symbolic dimension fits itself and 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x === y || y === 1) result.push(x);
    else if (x === 1) result.push(y);
    else return undefined;
  }
  return result;
}

/** Turns a possibly negative axis into `0..rank-1`. */
export function normalizeAxis(axis: number, rank: number, what: string): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || index < 0 || index >= rank) {
    throw new ShapeError(`${what}: expected an axis from ${-rank} to ${rank - 1}, got ${axis}.`);
  }
  return index;
}
