import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shellWord } from "./shell-word.ts";

describe("shellWord", () => {
  it.each([
    ["photos/2026-11_a", "photos/2026-11_a"],
    ["C:\\photos", "C:\\photos"],
    ["Fotos/Größe", "Fotos/Größe"],
    ["my photos", '"my photos"'],
    ["it's mine (2)", '"it\'s mine (2)"'],
    ["it's $5", "'it'\\''s $5'"],
    ["", '""'],
  ])("%s", (text, word) => expect(shellWord(text)).toBe(word));

  it.skipIf(process.platform === "win32")("is what a shell reads", () => {
    for (const text of ["a b", "it's $5", 'a "b" `c` !', "*", "a;b", "ä & ö"]) {
      expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
    }
  });
});
