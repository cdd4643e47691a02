/**
 * The table of recall: every detector given, on every data set given, our edge boxes next to OpenCV's on the same edge maps:
 *
 *     npx tsx bench/edges/recall.ts --data penn-fudan:all --data voc-animals:val --edges net --edges forest [--scales 0.5,1,2]
 *       [--python PYTHON] [--photos N] [--max 2000] [--json FILE]
 *
 * PYTHON needs numpy and OpenCV with ximgproc; without it our rows stand alone. `--photos` takes the first N of each data set.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { openEdgeDetector, openPhotoObjects } from "deconvnet/node";
import {
  type EdgeDetector,
  edgeBoxes,
  edgeNms,
  edgeOrientation,
  objectOverlaps,
  type PixelBox,
  type ProposedPhoto,
  type RecallReport,
  recallReport,
} from "deconvnet/proposals";

const { values } = parseArgs({
  options: {
    data: { type: "string", multiple: true, default: [] },
    edges: { type: "string", multiple: true, default: [] },
    scales: { type: "string" },
    python: { type: "string" },
    photos: { type: "string", default: "100000" },
    max: { type: "string", default: "2000" },
    json: { type: "string" },
  },
});
const MOST = Number(values.max);
const SCALES = values.scales?.split(",").map(Number);

interface Row {
  readonly data: string;
  readonly edges: string;
  readonly boxes: string;
  readonly report: RecallReport;
}

const rows: Row[] = [];
console.log(
  `${"data".padEnd(22)}${"edges".padEnd(18)}${"boxes".padEnd(16)}objects  IoU 0.5  IoU 0.7  IoU 0.9  average  for 75 %`,
);
for (const data of values.data) {
  for (const name of values.edges) {
    await using detector = await openEdgeDetector(name, SCALES === undefined ? {} : { scales: SCALES });
    for (const row of await compare(data, basename(name), detector.detect)) {
      rows.push(row);
      console.log(lineOf(row));
    }
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);

/** Our boxes, and OpenCV's where there is a Python for it, on one data set's edge maps by one detector. */
async function compare(data: string, edges: string, detect: EdgeDetector): Promise<Row[]> {
  const at = data.lastIndexOf(":");
  const photos = await openPhotoObjects(data.slice(0, at), { split: data.slice(at + 1) });
  const folder = mkdtempSync(join(tmpdir(), "recall-"));
  const ours: ProposedPhoto[] = [];
  const listed: { name: string; width: number; height: number }[] = [];
  for (let photo = 0; photo < Math.min(photos.length, Number(values.photos)); photo++) {
    const { image, objects } = await photos.read(photo);
    if (objects.length === 0) continue;
    const map = await detect(image);
    const orientation = edgeOrientation(map);
    const thinned = edgeNms(map, orientation);
    ours.push({ proposals: edgeBoxes(thinned, orientation, { maxBoxes: MOST }), objects });
    if (values.python === undefined) continue;
    writeFileSync(join(folder, `${photo}.edges.f32`), thinned.data);
    writeFileSync(join(folder, `${photo}.orientation.f32`), orientation.data);
    listed.push({ name: `${photo}`, width: image.width, height: image.height });
  }
  const found = [{ boxes: "ours", photos: ours }];
  if (values.python !== undefined) found.push(peer(values.python, folder, listed, ours));
  rmSync(folder, { recursive: true });
  const short = `${basename(data.slice(0, at))} ${data.slice(at + 1)}`;
  return found.map(({ boxes, photos: proposed }) => ({
    data: short,
    edges,
    boxes,
    report: recallReport(objectOverlaps(proposed), MOST),
  }));
}

function peer(
  python: string,
  folder: string,
  listed: readonly object[],
  ours: readonly ProposedPhoto[],
): { boxes: string; photos: ProposedPhoto[] } {
  writeFileSync(join(folder, "photos.json"), JSON.stringify(listed));
  const { status, stdout, stderr } = spawnSync(python, ["bench/peers/propose-boxes.py", folder, `${MOST}`], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`bench/peers/propose-boxes.py failed: ${stderr}`);
  const [version, ...lines] = stdout.trim().split("\n");
  const photos = ours.map(({ objects }, i) => {
    const boxes = JSON.parse(lines[i] ?? "[]") as [number, number, number, number][];
    return { objects, proposals: boxes.map(([x, y, width, height]): PixelBox => ({ x, y, width, height })) };
  });
  return { boxes: `OpenCV ${(JSON.parse(version ?? "{}") as { version: string }).version}`, photos };
}

function lineOf({ data, edges, boxes, report }: Row): string {
  const numbers = [...report.recall.map(({ recall }) => recall), report.averageRecall];
  return (
    data.padEnd(22) +
    edges.padEnd(18) +
    boxes.padEnd(16) +
    `${report.objects}`.padStart(7) +
    numbers.map((value) => value.toFixed(3).padStart(9)).join("") +
    `${report.proposalsFor75 ?? "-"}`.padStart(10)
  );
}
