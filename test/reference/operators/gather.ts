/** Operators that read or write elements at positions that are themselves data. Negative positions count from the back. */
import { at, build, flatIndex, forEachIndex, type NumericTensor, read, withAt } from "../numeric-tensor.ts";
import type { Operator, OperatorCall } from "../operator-call.ts";

/** The axis is replaced by all axes of the positions. */
function gather(call: OperatorCall): NumericTensor[] {
  const [data, positions] = [call.input(0), call.input(1)];
  const axis = call.axis(call.number("axis", 0), data.shape.length);
  const size = at(data.shape, axis);
  const shape = [...data.shape.slice(0, axis), ...positions.shape, ...data.shape.slice(axis + 1)];
  const result = build(shape, (index) => {
    const before = index.slice(0, axis);
    const inPositions = index.slice(axis, axis + positions.shape.length);
    const after = index.slice(axis + positions.shape.length);
    return read(data, [...before, call.axis(read(positions, inPositions), size), ...after]);
  });
  return [result];
}

function gatherElements(call: OperatorCall): NumericTensor[] {
  const [data, positions] = [call.input(0), call.input(1)];
  const axis = call.axis(call.number("axis", 0), data.shape.length);
  const size = at(data.shape, axis);
  return [
    build(positions.shape, (index, flat) => {
      const position = call.axis(at(positions.data, flat), size);
      return read(data, withAt(index, axis, position));
    }),
  ];
}

/** A copy of the data in which the updates replace elements, or are added to them. */
function scatterElements(call: OperatorCall): NumericTensor[] {
  const [data, positions, updates] = [call.input(0), call.input(1), call.input(2)];
  const axis = call.axis(call.number("axis", 0), data.shape.length);
  const reduction = call.text("reduction", "none");
  if (reduction !== "none" && reduction !== "add") call.fail("reduction none or add", reduction);
  if (positions.shape.join() !== updates.shape.join()) {
    call.fail(`updates of shape [${positions.shape.join(", ")}]`, `[${updates.shape.join(", ")}]`);
  }
  const result = build(data.shape, (_, flat) => at(data.data, flat));
  forEachIndex(positions.shape, (index, flat) => {
    const position = call.axis(at(positions.data, flat), at(data.shape, axis));
    const target = flatIndex(data.shape, withAt(index, axis, position));
    result.data[target] = at(updates.data, flat) + (reduction === "add" ? at(result.data, target) : 0);
  });
  return [result];
}

/** positions, depth, values [off, on]; positions outside -depth..depth-1 give a line that is off throughout. */
function oneHot(call: OperatorCall): NumericTensor[] {
  const [positions, depthInput, values] = [call.input(0), call.input(1), call.input(2)];
  const depth = at(depthInput.data, 0);
  const axis = call.axis(call.number("axis", -1), positions.shape.length + 1);
  const shape = [...positions.shape.slice(0, axis), depth, ...positions.shape.slice(axis)];
  const result = build(shape, (index) => {
    const position = read(
      positions,
      index.filter((_, i) => i !== axis),
    );
    const hot = position < 0 ? position + depth : position;
    return at(values.data, hot === at(index, axis) ? 1 : 0);
  });
  return [result];
}

export const GATHERS: Readonly<Record<string, Operator>> = {
  Gather: gather,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  OneHot: oneHot,
};
