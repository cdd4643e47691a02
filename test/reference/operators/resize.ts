/** Resize of opset 18, linear and nearest, axis by axis: every output is a weighted sum of a few inputs on each axis. */
import { at, build, type NumericTensor, read, withAt } from "../numeric-tensor.ts";
import type { OperatorCall } from "../operator-call.ts";

/** Input position -> weight, for one output position. */
type Taps = ReadonlyMap<number, number>;

interface AxisSizes {
  readonly input: number;
  readonly output: number;
  readonly scale: number;
}

/** Inputs: data, roi (not used by the coordinate modes here), scales, sizes; one of the last two is given. */
export function resize(call: OperatorCall): NumericTensor[] {
  const input = call.input(0);
  const taps = tapRule(call);
  let result = input;
  for (const [axis, sizes] of readSizes(call, input).entries()) {
    if (sizes.scale === 1 && sizes.input === sizes.output) continue;
    const lines = Array.from({ length: sizes.output }, (_, position) => taps(sizes, position));
    const source = result;
    result = build(withAt(source.shape, axis, sizes.output), (index) => {
      let sum = 0;
      for (const [position, weight] of lines[at(index, axis)] ?? []) {
        sum += weight * read(source, withAt(index, axis, position));
      }
      return sum;
    });
  }
  return [result];
}

/** With sizes the scale is output / input; with scales the output is their product, rounded down. */
function readSizes(call: OperatorCall, { shape }: NumericTensor): AxisSizes[] {
  const scales = call.optional(2)?.data ?? [];
  const sizes = call.integers(3) ?? [];
  if ((scales.length === 0) === (sizes.length === 0)) call.fail("either scales or sizes", "both or none");
  return shape.map((input, axis) => {
    if (sizes.length > 0) return { input, output: at(sizes, axis), scale: at(sizes, axis) / input };
    return { input, output: Math.floor(input * at(scales, axis)), scale: at(scales, axis) };
  });
}

function tapRule(call: OperatorCall): (sizes: AxisSizes, position: number) => Taps {
  const mode = call.text("mode", "nearest");
  const coordinates = call.text("coordinate_transformation_mode", "half_pixel");
  const rounding = call.text("nearest_mode", "round_prefer_floor");
  const antialias = call.number("antialias", 0) === 1;
  const cut = call.number("exclude_outside", 0) === 1;
  if (mode !== "linear" && mode !== "nearest") call.fail("mode linear or nearest", mode);
  if (antialias && mode === "nearest") call.fail("antialias with mode linear only", "mode nearest");
  return (sizes, position) => {
    const centre = originalPosition(call, coordinates, sizes, position);
    if (mode === "linear") return linearTaps(sizes.input, centre, antialias ? Math.min(sizes.scale, 1) : 1, cut);
    return new Map([[Math.min(Math.max(round(call, rounding, centre), 0), sizes.input - 1), 1]]);
  };
}

/** Where an output position lies on the input's axis. */
function originalPosition(call: OperatorCall, mode: string, sizes: AxisSizes, position: number): number {
  if (mode === "half_pixel") return (position + 0.5) / sizes.scale - 0.5;
  if (mode === "asymmetric") return position / sizes.scale;
  if (mode !== "align_corners") call.fail("half_pixel, asymmetric or align_corners", mode);
  return sizes.output === 1 ? 0 : (position * (sizes.input - 1)) / (sizes.output - 1);
}

/**
 * The triangle of half-width 1 / `narrowing` around `centre`, scaled to sum 1. What reaches over the border is left out
 * (`cut`), or else read from the border's pixel. At half-width 1 these are the two neighbours, with the border repeated.
 */
function linearTaps(size: number, centre: number, narrowing: number, cut: boolean): Taps {
  const taps = new Map<number, number>();
  let sum = 0;
  for (let position = Math.ceil(centre - 1 / narrowing); position <= centre + 1 / narrowing; position++) {
    const inside = Math.min(Math.max(position, 0), size - 1);
    if (cut && inside !== position) continue;
    const weight = Math.max(0, 1 - Math.abs(position - centre) * narrowing);
    taps.set(inside, (taps.get(inside) ?? 0) + weight);
    sum += weight;
  }
  return new Map([...taps].map(([position, weight]) => [position, weight / sum]));
}

function round(call: OperatorCall, mode: string, x: number): number {
  if (mode === "round_prefer_floor") return Math.ceil(x - 0.5);
  if (mode === "round_prefer_ceil") return Math.floor(x + 0.5);
  if (mode === "floor") return Math.floor(x);
  return mode === "ceil" ? Math.ceil(x) : call.fail("a nearest_mode of ONNX", mode);
}
