/**
 * Fills the hand-drawn polygons of examples/photos/polygons/ into the label maps of examples/photos/labels/:
 * `npx tsx scripts/fill-polygons.ts`. With `--check` it writes nothing and fails if a label map is not up to date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fillPolygons } from "./fill-polygons/fill.ts";
import { encodeLabels, labelDifference } from "./fill-polygons/label-png.ts";
import { parsePolygons } from "./fill-polygons/polygon-file.ts";

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const photos = new URL("../examples/photos/", import.meta.url);
if (!check) mkdirSync(new URL("labels/", photos), { recursive: true });

for (const file of readdirSync(new URL("polygons/", photos)).sort()) {
  const photo = parsePolygons(readFileSync(new URL(`polygons/${file}`, photos), "utf8"), file);
  const labels = fillPolygons(photo);
  const target = new URL(`labels/${file.replace(/\.json$/, ".png")}`, photos);
  if (check) {
    const png = existsSync(target) ? readFileSync(target) : undefined;
    const difference = png ? labelDifference(png, labels, photo.width, photo.height) : "is missing";
    if (difference === undefined) continue;
    console.error(`The label map of ${file} ${difference}. Run scripts/fill-polygons.ts without --check.`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, encodeLabels(labels, photo.width, photo.height));
  }
}
