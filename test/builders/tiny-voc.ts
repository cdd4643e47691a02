/** A small data set in VOC layout, drawn from a seed: discs, squares and triangles in colours of their own, on noise. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Image, image, type Rgb } from "../../src/image/index.ts";
import { encodePhoto } from "../../src/image/node.ts";
import { encodeLabelMap, type LabelMap, labelMap, VOID } from "../../src/labels/index.ts";
import { type Random, randomFor } from "../../src/tensor/index.ts";

export const TINY_VOC_CLASSES: readonly string[] = ["background", "disc", "square", "triangle"];
const COLORS: readonly Rgb[] = [
  [110, 110, 110],
  [210, 60, 50],
  [50, 180, 70],
  [60, 80, 220],
];

export interface TinyVocOptions {
  readonly seed?: number;
  /** Photos; the last quarter is `val`, the rest `train`. */
  readonly photos?: number;
  /** Longer side, px; the shorter one is three quarters of it. Every other photo stands upright. */
  readonly side?: number;
}

/** Draws photo number `index`: one to three shapes, each with an outline of void. */
export function drawShapes(seed: number, index: number, side = 96): { image: Image; labels: LabelMap } {
  const random = randomFor(seed, "tiny-voc", index);
  const short = Math.round(side * 0.75);
  const [height, width] = index % 2 === 0 ? [short, side] : [side, short];
  const labels = new Uint8Array(height * width);
  // The first shape's class goes round, so that few photos show every class.
  const shapes = 1 + random.integer(0, 3);
  for (let i = 0; i < shapes; i++) {
    drawShape(random, i === 0 ? 1 + (index % 3) : random.integer(1, 4), labels, height, width);
  }
  const data = new Uint8Array(height * width * 3);
  const painted = paintedClasses(labels, height, width);
  painted.forEach((classId, at) => {
    for (let c = 0; c < 3; c++) data[3 * at + c] = COLORS[classId]![c]! + random.integer(-25, 26);
  });
  return { image: image(data, height, width), labels: labelMap(labels, height, width) };
}

/** Writes the set: `JPEGImages`, `SegmentationClass`, `ImageSets/Segmentation/{train,val,trainval}.txt`, `classes.txt`. */
export async function writeTinyVoc(folder: string, options: TinyVocOptions = {}): Promise<void> {
  const { seed = 1, photos = 8, side = 96 } = options;
  const lists = join(folder, "ImageSets", "Segmentation");
  for (const path of [join(folder, "JPEGImages"), join(folder, "SegmentationClass"), lists]) {
    await mkdir(path, { recursive: true });
  }
  const ids = Array.from({ length: photos }, (_, index) => `shapes_${String(index).padStart(4, "0")}`);
  for (const [index, id] of ids.entries()) {
    const { image, labels } = drawShapes(seed, index, side);
    await writeFile(join(folder, "JPEGImages", `${id}.jpg`), await encodePhoto(image, "jpeg"));
    await writeFile(join(folder, "SegmentationClass", `${id}.png`), encodeLabelMap(labels));
  }
  const val = Math.max(1, Math.floor(photos / 4));
  const splits = { train: ids.slice(0, -val), val: ids.slice(-val), trainval: ids };
  for (const [split, list] of Object.entries(splits))
    await writeFile(join(lists, `${split}.txt`), `${list.join("\n")}\n`);
  await writeFile(join(folder, "classes.txt"), `${TINY_VOC_CLASSES.join("\n")}\n`);
}

/** Draws one shape over what is there, its outline as void. */
function drawShape(random: Random, classId: number, labels: Uint8Array, height: number, width: number): void {
  const radius = (0.16 + 0.14 * random.uniform()) * Math.min(height, width);
  const [cx, cy] = [width * (0.25 + 0.5 * random.uniform()), height * (0.25 + 0.5 * random.uniform())];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = depthInside(classId, x + 0.5 - cx, y + 0.5 - cy, radius);
      if (inside >= 0) labels[y * width + x] = inside < 1 ? VOID : classId;
    }
  }
}

/** How far a point lies inside the shape, px; negative outside. */
function depthInside(classId: number, x: number, y: number, radius: number): number {
  if (classId === 1) return radius - Math.hypot(x, y);
  if (classId === 2) return radius - Math.max(Math.abs(x), Math.abs(y));
  return Math.min(radius - y, (radius + y) / 2 - Math.abs(x)); // base down
}

/** What is painted under void: the class of a neighbour, so that outlines have no colour of their own. */
function paintedClasses(labels: Uint8Array, height: number, width: number): number[] {
  return Array.from(labels, (label, at) => {
    if (label !== VOID) return label;
    const [x, y] = [at % width, Math.floor(at / width)];
    const around = [
      x > 0 ? at - 1 : at,
      x < width - 1 ? at + 1 : at,
      y > 0 ? at - width : at,
      y < height - 1 ? at + width : at,
    ];
    return around.map((next) => labels[next] ?? 0).find((next) => next !== VOID) ?? 0;
  });
}
