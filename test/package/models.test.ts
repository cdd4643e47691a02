/** The files of models/: each with a card that describes it, and small enough to ship. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { expect, test } from "vitest";
import { readForest } from "../../src/proposals/index.ts";
import { ROOT } from "../harness/run-process.ts";

const FOLDER = join(ROOT, "models");
const weights = readdirSync(FOLDER).filter((file) => /\.(safetensors|forest)$/.test(file));
/** Bytes of a file at most. */
const LARGEST = { ".safetensors": 20e6, ".forest": 6e6 } as const;

test.each(weights)("%s has a card that names it and its terms", (file) => {
  const { name, ext } = parse(file);
  const card = readFileSync(join(FOLDER, `${name}.md`), "utf8");
  expect(card).toContain(`\`${file}\``);
  expect(card).toMatch(/^## Terms$/m);
  expect(statSync(join(FOLDER, file)).size).toBeLessThan(LARGEST[ext as keyof typeof LARGEST]);
});

test("a forest says what it was trained on; none has a non-commercial limit", async () => {
  for (const file of weights.filter((name) => name.endsWith(".forest"))) {
    const { description } = await readForest(readFileSync(join(FOLDER, file)));
    expect(description).toMatch(/ trained on \d+ photos .* Terms/s);
    expect(description).not.toMatch(/non-?commercial|BSDS|Berkeley/i);
  }
  expect(existsSync(join(FOLDER, "compact.safetensors"))).toBe(true);
});
