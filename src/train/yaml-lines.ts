/** Which line of a YAML text a key is on. */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";

/** The line of the key at a path, from 1; `undefined` if the text does not have it. */
export function lineOfKey(text: string, path: readonly PropertyKey[]): number | undefined {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents;
  let offset: number | undefined;
  for (const name of path) {
    // An item of a list stands for the list's key.
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
    if (pair === undefined) return undefined;
    offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    node = pair.value;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
