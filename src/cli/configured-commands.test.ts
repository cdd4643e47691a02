/** The page of the settings is what the schema and the commands say. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { configurationPage } from "../../scripts/configuration-docs/page.ts";
import { configJsonSchema } from "../train/node.ts";
import { COMMANDS } from "./commands.ts";
import { configuredCommands } from "./configured-commands.ts";

const page = configurationPage(configJsonSchema(), await configuredCommands());

test("docs/configuration.md is up to date; else run scripts/configuration-docs.ts", async () => {
  expect(await readFile(new URL("../../docs/configuration.md", import.meta.url), "utf8")).toBe(page);
});

test("has every command and every setting", () => {
  for (const { name } of COMMANDS) expect(page).toContain(`\n### deconvnet ${name}\n`);
  for (const text of [
    "| `samples` | `30000` | Samples to train on, repeats counted. Whole number from 1. |",
    "| `schedule.type` | `cosine` | How the learning rate falls",
    "| `solver.type: sgd` |",
    "| `solver.momentum` (sgd) | `0.9` | Share of the last step that is taken again. Number from 0 to below 1. |",
    "| `augment.color.hue` |",
    "\n### deconvnet data check\n",
    "| `<folder>` | VOC folder",
  ])
    expect(page).toContain(text);
});
