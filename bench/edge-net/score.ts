/**
 * ODS, OIS, AP and time of edge nets next to the detectors of the package:
 *
 *     npx tsx bench/edge-net/score.ts --data BSDS500 --list bench/edges/bsds500-validation.txt
 *       --edges gradient --edges embedded --edges FILE.safetensors [--split train]
 *
 * The detectors take turns at each photo, so that a busy machine slows all of them.
 */
import { parseArgs } from "node:util";
import { detectedEdges, evaluateEdges, openEdgeExamples } from "deconvnet/node";
import type { EdgeDetector } from "deconvnet/proposals";
import { openBenchDetector } from "./detect.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    split: { type: "string", default: "train" },
    list: { type: "string" },
    edges: { type: "string", multiple: true, default: [] },
  },
});
if (values.data === undefined) throw new Error("edge-net: expected --data.");
const { split, list } = values;
const examples = await openEdgeExamples(values.data, list === undefined ? { split } : { split, list });

const detectors: { name: string; detect: EdgeDetector; times: number[] }[] = [];
for (const name of values.edges) detectors.push({ name, detect: await openBenchDetector(name), times: [] });
for (let photo = 0; photo < examples.photos.length; photo++) {
  const { image } = await examples.read(photo);
  for (const { detect, times } of detectors) {
    await detect(image); // the first photo of its size
    const start = performance.now();
    await detect(image);
    times.push(performance.now() - start);
  }
}
for (const { name, detect, times } of detectors) {
  const { ods, ois, ap } = await evaluateEdges(examples, detectedEdges(detect));
  const milliseconds = times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
  console.log(
    `${name}: ODS ${ods.f.toFixed(3)}  OIS ${ois.f.toFixed(3)}  AP ${ap.toFixed(3)}  ${milliseconds.toFixed(0)} ms a photo`,
  );
}
