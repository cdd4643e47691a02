import { openPhotoObjects } from "deconvnet/node";
import { edgeBoxes, edgeNms, edgeOrientation, objectOverlaps, recallReport } from "deconvnet/proposals";
import { openBenchDetector } from "./edge-net/detect.ts";
const [file, split, n, kind] = process.argv.slice(2);
const detect = await openBenchDetector(file!);
const photos = await openPhotoObjects("/work/shared/data/" + split!.split(":")[0], { split: split!.split(":")[1]! });
const N = Math.min(photos.length, Number(n));
const maps: any[] = [];
for (let i = 0; i < N; i++) { const { image, objects } = await photos.read(Math.floor(i * photos.length / N)); if (objects.length) maps.push({ map: await detect(image), objects }); }
const settings: [string, (p: number) => number][] = [["as is", (p) => p]];
for (const shift of [-1, -2, -3, -4]) for (const t of [1, 0.7, 1.5]) settings.push([`shift ${shift} t ${t}`, (p) => { const l = Math.log(Math.max(p, 1e-9) / Math.max(1e-9, 1 - p)); return 1 / (1 + Math.exp(-(t * (l + shift)))); }]);
settings.push(["square", (p) => p * p], ["p^3", (p) => p ** 3],["2p-1", (p) => Math.max(0, 2 * p - 1)]);
for (const [name, f] of settings) {
  const ours = maps.map(({ map, objects }) => { const m = { ...map, data: map.data.map(f) }; const o = edgeOrientation(m); return { proposals: edgeBoxes(edgeNms(m, o), o, { maxBoxes: 2000 }), objects }; });
  const r = recallReport(objectOverlaps(ours), 2000);
  console.log(name.padEnd(16), r.objects, r.recall.map((x: any) => x.recall.toFixed(3)).join(" "), r.averageRecall.toFixed(3), r.proposalsFor75);
}
