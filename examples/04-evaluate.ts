/**
 * Scores the model of the package on a data set, as VOC does, with a confidence interval and the worst photos.
 *
 *     npx tsx examples/04-evaluate.ts [folder] [split]
 *
 * About 3 s for the eight free photos, which are taken if no folder is given.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatEvaluation } from "deconvnet/evaluate";
import { evaluateModel, openDataset, readModelFile, shippedModel, writeSampleSet } from "deconvnet/node";
import { segmentationModel } from "deconvnet/segment";

const [given, split = "all"] = process.argv.slice(2);
const folder = given ?? (await sampleSet());

const path = shippedModel("compact"); // or a file of your own, such as runs/mine/best.safetensors
const model = segmentationModel(await readModelFile(path), path);
// The set's classes are matched by name; those that the model does not have count as background.
const dataset = await openDataset(folder, { split, wanted: model.classNames });
const evaluation = await evaluateModel(model, dataset, { boundaryTolerance: 0.0075 });

console.log(formatEvaluation(evaluation));

async function sampleSet(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "deconvnet-")), "photos");
  await writeSampleSet(folder);
  return folder;
}
