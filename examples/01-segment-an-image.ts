/**
 * Segments a photo with the model of the package and writes the classes over it.
 *
 *     npx tsx examples/01-segment-an-image.ts [photo] [folder for the pictures]
 *
 * About 2 s. You should see a share of "cat", and kitten-overlay.png.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { encodeLabelMap } from "deconvnet/labels";
import { encodePhoto, loadSegmenter, readPhoto } from "deconvnet/node";
import { classShares } from "deconvnet/segment";
import { addLegend, legendEntries, overlay } from "deconvnet/visualize";

const [path = "examples/photos/kitten.jpg", folder = "runs/examples"] = process.argv.slice(2);
const name = basename(path, extname(path));

await using segmenter = await loadSegmenter(); // or the path of a model of your own
const { classNames, palette } = segmenter;
const photo = await readPhoto(path);
const labels = await segmenter.segment(photo); // class ids, uint8 [height, width]

for (const { name, share } of classShares(labels, classNames)) console.log(`${name}: ${(100 * share).toFixed(1)} %`);

await mkdir(folder, { recursive: true });
await writeFile(join(folder, `${name}.png`), encodeLabelMap(labels, palette)); // indexed PNG: the pixels are the ids
const picture = addLegend(overlay(photo, labels, { palette }), legendEntries(labels, classNames, palette));
await writeFile(join(folder, `${name}-overlay.png`), await encodePhoto(picture, "png"));
