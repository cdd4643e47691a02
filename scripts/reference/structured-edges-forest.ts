/** Writes the forest of the structured-edges golden in OpenCV's layout: `npx tsx <this file> FILE.yml.gz`. */

import { writeFileSync } from "node:fs";
import { writeOpenCvForest } from "deconvnet/proposals";
import { syntheticForest } from "../../test/synthetic-forest.ts";

const file = process.argv[2];
if (file === undefined) throw new Error("structured-edges-forest: expected a file name, got none.");
writeFileSync(file, await writeOpenCvForest(syntheticForest(1, 8, 7)));
