/**
 * Proposes boxes that are likely to hold an object, with EdgeBoxes, and draws the first ten.
 *
 *     npx tsx examples/05-object-proposals.ts [photo] [folder for the picture]
 *
 * About 1 s. You should see the number of boxes, and horses-boxes.png.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { encodePhoto, openEdgeDetector, readPhoto } from "deconvnet/node";
import { enlargeBox, proposeBoxes } from "deconvnet/proposals";
import { drawBoxes } from "deconvnet/visualize";

const [path = "examples/photos/horses.jpg", folder = "runs/examples"] = process.argv.slice(2);
const photo = await readPhoto(path);
await using edges = await openEdgeDetector(); // "net"; or "forest", "gradient", or a file
const proposals = await proposeBoxes(photo, { detector: edges.detect, maxBoxes: 2000 }); // best first

console.log(`${proposals.length} boxes; the best: ${JSON.stringify(proposals[0])}`);
// What the network would see of it: a square around the box.
console.log(`its crop: ${JSON.stringify(proposals[0] && enlargeBox(proposals[0], 1.2))}`);

await mkdir(folder, { recursive: true });
const file = join(folder, `${basename(path, extname(path))}-boxes.png`);
await writeFile(file, await encodePhoto(drawBoxes(photo, proposals.slice(0, 10)), "png"));
console.log(file);
