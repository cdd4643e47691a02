/**
 * Writes docs/configuration.md from the schema of the settings and the commands of the built package:
 * `npx tsx scripts/configuration-docs.ts`.
 */
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "deconvnet/node";
import { configurationPage } from "./configuration-docs/page.ts";

// The command line is no part of the library, so it has no name to import it by.
const built = new URL("../dist/cli/configured-commands.js", import.meta.url);
const { configuredCommands } = (await import(built.href)) as typeof import("../src/cli/configured-commands.ts");

const page = configurationPage(configJsonSchema(), await configuredCommands());
writeFileSync(new URL("../docs/configuration.md", import.meta.url), page);
