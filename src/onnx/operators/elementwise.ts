/** Operators that work element by element, with NumPy broadcasting where they take two tensors. */
import { DATA_TYPES, type DataType, dataTypeOfCode } from "../data-type.ts";
import { broadcastShapes } from "../shape.ts";
import { fail, type InferenceContext, type OutputType, operator } from "./schema.ts";

const unary = operator({
  attributes: {},
  inputs: [1, 1],
  infer: (context) => [{ type: context.input(0).type, shape: context.input(0).shape }],
});

export const Relu = unary;
export const Neg = unary;
export const Abs = unary;
export const Exp = unary;
export const Log = unary;
export const Sqrt = unary;
export const Reciprocal = unary;
export const Sign = unary;
export const Sigmoid = unary;
export const Identity = unary;
export const Not = unary;

function broadcast(context: InferenceContext, type: DataType, first = 0): readonly OutputType[] {
  let shape = context.input(first).shape;
  for (let index = first + 1; index < context.inputs.length; index++) {
    const result = broadcastShapes(shape, context.input(index).shape);
    if (result === undefined) fail(context, "shapes that broadcast to each other");
    shape = result;
  }
  const types = new Set(context.inputs.slice(first).map((_, offset) => context.input(first + offset).type));
  if (types.size > 1) fail(context, `inputs of one element type (not ${[...types].join(" and ")})`);
  return [{ type, shape }];
}

const arithmetic = operator({
  attributes: {},
  inputs: [2, 2],
  infer: (context) => broadcast(context, context.input(0).type),
});

export const Add = arithmetic;
export const Sub = arithmetic;
export const Mul = arithmetic;
export const Div = arithmetic;
export const Pow = arithmetic;
export const Min = arithmetic;
export const Max = arithmetic;

const comparison = operator({ attributes: {}, inputs: [2, 2], infer: (context) => broadcast(context, "bool") });

export const Equal = comparison;
export const Greater = comparison;
export const GreaterOrEqual = comparison;
export const Less = comparison;
export const LessOrEqual = comparison;
export const And = comparison;
export const Or = comparison;

export const Where = operator({
  attributes: {},
  inputs: [3, 3],
  infer(context) {
    const [branches] = broadcast(context, context.input(1).type, 1);
    const shape = branches && broadcastShapes(context.input(0).shape, branches.shape);
    if (branches === undefined || shape === undefined) fail(context, "shapes that broadcast to each other");
    return [{ type: branches.type, shape }];
  },
});

export const Cast = operator({
  attributes: { to: { kind: "int" } },
  inputs: [1, 1],
  infer(context) {
    const type = dataTypeOfCode(context.int("to"), `${context.where} (${DATA_TYPES.join(", ")})`);
    return [{ type, shape: context.input(0).shape }];
  },
});
