/**
 * Edge boxes and structured edges against OpenCV, one thread each, on the same drawn photo of 481 x 321 px:
 *
 *     npx tsx bench/edge-boxes.bench.ts [--python PYTHON] [--edges FOREST] [--rounds N]
 *
 * FOREST is that of the package by default. PYTHON needs numpy and OpenCV with ximgproc; without it only our times are printed.
 * Rounds alternate between the two, and each round's figure is a median, so that a busy machine slows both.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  detectGradientEdges,
  detectStructuredEdges,
  edgeBoxes,
  edgeNms,
  edgeOrientation,
  type RgbImage,
  readForest,
  writeOpenCvForest,
} from "deconvnet/proposals";
import { seededNumbers } from "../test/seeded-numbers.ts";

const WIDTH = 481;
const HEIGHT = 321;
const WARM_UP = 5;
const RUNS = 11;

/** Discs and rectangles under texture of several scales, so that edges are as frequent as in a photo. */
function drawnPhoto(): RgbImage {
  const next = seededNumbers(11);
  const data = new Uint8ClampedArray(3 * WIDTH * HEIGHT);
  const shapes = Array.from({ length: 40 }, () => ({
    x: next() * WIDTH,
    y: next() * HEIGHT,
    size: 8 + 60 * next() ** 2,
    round: next() < 0.6,
    colour: [next() * 255, next() * 255, next() * 255] as const,
  }));
  const waves = Array.from({ length: 24 }, () => ({
    x: (next() - 0.5) * 0.8,
    y: (next() - 0.5) * 0.8,
    phase: next() * 6.28,
    height: 4 + 8 * next(),
  }));
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const texture = waves.reduce((sum, wave) => sum + wave.height * Math.sin(wave.x * x + wave.y * y + wave.phase), 0);
    const top = shapes.findLast((shape) => {
      const [dx, dy] = [Math.abs(x - shape.x), Math.abs(y - shape.y)];
      return shape.round ? Math.hypot(dx, dy) < shape.size : Math.max(dx, 1.5 * dy) < shape.size;
    });
    for (let channel = 0; channel < 3; channel++) data[3 * i + channel] = (top?.colour[channel] ?? 128) + texture;
  }
  return { data, width: WIDTH, height: HEIGHT };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function time(run: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + RUNS; i++) {
    const start = performance.now();
    run();
    if (i >= WARM_UP) times.push(performance.now() - start);
  }
  return median(times);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      python: { type: "string" },
      edges: { type: "string", default: "models/edges.forest" },
      rounds: { type: "string", default: "3" },
    },
  });
  const image = drawnPhoto();
  const raw = detectGradientEdges(image);
  const orientation = edgeOrientation(raw);
  const edges = edgeNms(raw, orientation);
  const forest = await readForest(readFileSync(values.edges));
  const folder = mkdtempSync(join(tmpdir(), "edge-bench-"));
  writeFileSync(join(folder, "image.u8"), image.data);
  writeFileSync(join(folder, "edges.f32"), edges.data);
  writeFileSync(join(folder, "orientation.f32"), orientation.data);
  writeFileSync(join(folder, "forest.yml.gz"), await writeOpenCvForest(forest));
  const ours: Record<"boxes" | "edges", number[]> = { boxes: [], edges: [] };
  const theirs: Record<"boxes" | "edges", number[]> = { boxes: [], edges: [] };
  let version = "";
  for (let round = 0; round < Number(values.rounds); round++) {
    ours.boxes.push(time(() => edgeBoxes(edges, orientation, { maxBoxes: 2000 })));
    ours.edges.push(time(() => detectStructuredEdges(image, forest)));
    if (values.python === undefined) continue;
    const peer = spawnSync(values.python, ["bench/peers/edge-boxes.py", folder, `${WIDTH}`, `${HEIGHT}`], {
      encoding: "utf8",
    });
    if (peer.status !== 0) throw new Error(`bench/peers/edge-boxes.py failed: ${peer.stderr}`);
    const answer = JSON.parse(peer.stdout) as { version: string; boxes: number; edges: number };
    theirs.boxes.push(answer.boxes);
    theirs.edges.push(answer.edges);
    version = answer.version;
  }
  rmSync(folder, { recursive: true });
  for (const name of ["boxes", "edges"] as const) {
    const [own, other] = [median(ours[name]), median(theirs[name])];
    const peer = version === "" ? "" : `, OpenCV ${version} ${other.toFixed(1)} ms, ratio ${(own / other).toFixed(2)}`;
    process.stdout.write(`${name === "boxes" ? "edgeBoxes" : "detectStructuredEdges"}: ${own.toFixed(1)} ms${peer}\n`);
  }
}

await main();
