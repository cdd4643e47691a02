/** Builds the package: `npm run build`. */
import { build } from "./build/build.ts";

process.exitCode = build();
