/** Shell patterns on names: `*` any run of characters, `?` one, `[abc]` and `[!abc]` one of a set, `{a,b}` alternatives. */

export function globToRegExp(glob: string): RegExp {
  let pattern = "";
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const character = glob.charAt(i);
    const close = character === "[" ? glob.indexOf("]", i + 2) : -1;
    if (close !== -1) {
      const set = glob.slice(i + 1, close);
      const inverted = set.startsWith("!");
      pattern += `[${inverted ? "^" : ""}${set.slice(inverted ? 1 : 0).replace(/[\\\]^[]/g, "\\$&")}]`;
      i = close;
    } else if (character === "{" && glob.includes("}", i)) {
      pattern += "(?:";
      depth++;
    } else if (character === "}" && depth > 0) {
      pattern += ")";
      depth--;
    } else if (character === "," && depth > 0) pattern += "|";
    else if (character === "*") pattern += ".*";
    else if (character === "?") pattern += ".";
    else pattern += character.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  }
  return new RegExp(`^${pattern}$`, "s");
}
