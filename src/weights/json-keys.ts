/**
 * What `JSON.parse` does not say about a text: the order of the keys as written (it moves number-like keys to the
 * front), keys that occur twice (it keeps the last one), and how deep the text nests.
 */

/** A header needs three levels; a few more are left for fields of other programs. */
const MAX_DEPTH = 8;

/**
 * Lists the keys of the outermost object in the order of the text.
 *
 * The text need not be valid JSON; what this returns means something only if `JSON.parse` accepts it as well.
 *
 * @param json - The text, of any length.
 * @returns The keys of the outermost object.
 * @throws {SyntaxError} if an object has a key twice or the text nests more than 8 levels deep.
 */
export function readKeys(json: string): string[] {
  const outermost: string[] = [];
  // One entry for each container that is open here: the keys of an object, nothing for an array.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') {
      const end = endOfString(json, at);
      const keys = open.at(-1);
      if (keys !== undefined && isFollowedByColon(json, end)) {
        const key: unknown = JSON.parse(json.slice(at, end));
        if (typeof key !== "string") throw new SyntaxError(`a key at character ${at} that is no string`);
        if (keys.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key.slice(0, 80))} twice in one object`);
        keys.add(key);
        if (open.length === 1) outermost.push(key);
      }
      at = end - 1;
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw new SyntaxError(`more than ${MAX_DEPTH} levels of nesting`);
    } else if (char === "}" || char === "]") {
      open.pop();
    }
  }
  return outermost;
}

/** The position behind the closing quote of the string that starts at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === "\\") at++;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}

function isFollowedByColon(json: string, start: number): boolean {
  let at = start;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at++;
  return json[at] === ":";
}
