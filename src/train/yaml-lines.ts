/** YAML texts, and which line a key is on. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parse, parseDocument, YAMLParseError } from "yaml";

/**
 * Parses YAML; nothing in it is executed.
 *
 * @param source - Named in the message: the file's path.
 * @param problem - Makes the error of a message that begins with the source and the line.
 */
export function parseYaml(
  text: string,
  source: string,
  problem: (message: string, options: ErrorOptions) => Error,
): unknown {
  try {
    return parse(text, { logLevel: "error" });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    const reason = ((error as Error).message.split("\n", 1)[0] ?? "").replace(/:$/, "");
    throw problem(`${source}${line === undefined ? "" : `, line ${line}`}: expected YAML, got: ${reason}.`, {
      cause: error,
    });
  }
}

/**
 * The line of the key, or of the item of a list, at a path, from 1. What is missing stands for what it is missing from;
 * `undefined` if nothing of the path is there.
 */
export function lineOfKey(text: string, path: readonly PropertyKey[]): number | undefined {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents;
  let offset: number | undefined;
  for (const name of path) {
    if (isSeq(node)) {
      const item: unknown = node.items[Number(name)];
      if (!isNode(item)) break;
      offset = item.range?.[0];
      node = item;
      continue;
    }
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair === undefined) break;
    offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    node = pair.value;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
