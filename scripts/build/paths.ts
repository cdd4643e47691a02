/** The places that the build reads and writes. */
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
export const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const COMPILER = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
