/** Reads a node's attributes with the operator's defaults filled in. */
import { OptionError } from "../errors.ts";
import type { Node } from "./graph.ts";
import { requireOperator } from "./infer-shapes.ts";

export interface AttributeReader {
  int(name: string): number;
  float(name: string): number;
  string(name: string): string;
  ints(name: string): readonly number[];
}

export function readAttributes(node: Node): AttributeReader {
  const schema = requireOperator(node);
  const read = (name: string) => {
    const value = node.attributes[name] ?? schema.attributes[name]?.default;
    if (value === undefined)
      throw new OptionError(`${node.op} "${node.name}": expected the attribute "${name}", got none.`);
    return value;
  };
  return {
    int: (name) => read(name) as number,
    float: (name) => read(name) as number,
    string: (name) => read(name) as string,
    ints: (name) => read(name) as readonly number[],
  };
}
