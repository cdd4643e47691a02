/** Writes biome.json from the tables in scripts/biome/: `npx tsx scripts/make-biome-config.ts`. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { biomeConfig } from "./biome/config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = fileURLToPath(new URL("../biome.json", import.meta.url));
writeFileSync(target, JSON.stringify(biomeConfig()));
execFileSync("npx", ["biome", "format", "--write", target], { cwd: root, stdio: "inherit" });
