/**
 * ODS, OIS, AP and time of edge detectors:
 *
 *     npx tsx bench/edges/score.ts --data BSDS500 --list bench/edges/bsds500-validation.txt
 *       --edges net --edges forest --edges gradient [--split train]
 *
 * The detectors take turns at each photo, so that a busy machine slows all of them.
 */
import { parseArgs } from "node:util";
import { detectedEdges, evaluateEdges, type NamedDetector, openEdgeDetector, openEdgeExamples } from "deconvnet/node";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    split: { type: "string", default: "train" },
    list: { type: "string" },
    edges: { type: "string", multiple: true, default: [] },
  },
});
if (values.data === undefined) throw new Error("score: expected --data.");
const { split, list } = values;
const examples = await openEdgeExamples(values.data, list === undefined ? { split } : { split, list });

const detectors: { name: string; detect: NamedDetector["detect"]; times: number[] }[] = [];
for (const name of values.edges) detectors.push({ name, detect: (await openEdgeDetector(name)).detect, times: [] });
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
