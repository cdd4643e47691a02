/** The files of models/: each with a card that describes it, and small enough to ship. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../harness/run-process.ts";

const FOLDER = join(ROOT, "models");
const weights = readdirSync(FOLDER).filter((file) => file.endsWith(".safetensors"));
/** Bytes of a file at most. */
const LARGEST = 20e6;

test.each(weights)("%s has a card that names it and its terms", (file) => {
  const { name } = parse(file);
  const card = readFileSync(join(FOLDER, `${name}.md`), "utf8");
  expect(card).toContain(`\`${file}\``);
  expect(card).toMatch(/^## Terms$/m);
  expect(statSync(join(FOLDER, file)).size).toBeLessThan(LARGEST);
});
