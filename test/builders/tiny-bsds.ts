/** A small folder in the layout of the Berkeley Segmentation Data Set: drawn photos, each segmented by two people. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePhoto } from "../../src/image/node.ts";
import { fillVoid } from "../../src/labels/index.ts";
import { regionBoundaries } from "../../src/proposals/index.ts";
import { drawShapes } from "./tiny-voc.ts";

const [INT8, UINT8, UINT16, INT32, UINT32, MATRIX] = [1, 2, 4, 5, 6, 14];
const [CELL_CLASS, STRUCT_CLASS, UINT8_CLASS, UINT16_CLASS] = [1, 2, 9, 11];
const FIELD_LENGTH = 32;

/** Writes `photos` photos of 96 x 72 or 72 x 96 px as `images/SPLIT/ID.jpg` and `groundTruth/SPLIT/ID.mat`; returns the ids. */
export async function writeTinyBsds(folder: string, split: string, photos: number): Promise<string[]> {
  const [images, truths] = [join(folder, "images", split), join(folder, "groundTruth", split)];
  for (const path of [images, truths]) await mkdir(path, { recursive: true });
  const ids = Array.from({ length: photos }, (_, i) => `${1000 + i}`);
  for (const [i, id] of ids.entries()) {
    const { image, labels } = drawShapes(5, i);
    const { data, width, height } = fillVoid(labels);
    const boundaries = regionBoundaries({ data, width, height }).data;
    const person = struct({
      Segmentation: numeric(
        UINT16_CLASS,
        UINT16,
        width,
        height,
        Uint16Array.from(data, (region) => region + 1),
      ),
      Boundaries: numeric(UINT8_CLASS, UINT8, width, height, boundaries),
    });
    await writeFile(join(images, `${id}.jpg`), await encodePhoto(image, "jpeg"));
    await writeFile(
      join(truths, `${id}.mat`),
      Buffer.concat([header(), array("groundTruth", CELL_CLASS, [1, 2], [person, person])]),
    );
  }
  return ids;
}

function header(): Buffer {
  const bytes = Buffer.alloc(128, " ");
  bytes.write("MATLAB 5.0 MAT-file");
  bytes.writeUInt16LE(0x0100, 124);
  bytes.write("IM", 126);
  return bytes;
}

function element(type: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(8 + 8 * Math.ceil(body.length / 8));
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(body.length, 4);
  bytes.set(body, 8);
  return bytes;
}

function array(name: string, kind: number, dims: readonly number[], parts: readonly Uint8Array[]): Buffer {
  const flags = Buffer.alloc(8);
  flags.writeUInt32LE(kind, 0);
  const sizes = new Uint8Array(Int32Array.from(dims).buffer);
  const head = [element(UINT32, flags), element(INT32, sizes), element(INT8, Buffer.from(name))];
  return element(MATRIX, Buffer.concat([...head, ...parts]));
}

function struct(fields: Readonly<Record<string, Buffer>>): Buffer {
  const names = Buffer.concat(Object.keys(fields).map((name) => Buffer.from(name.padEnd(FIELD_LENGTH, "\0"))));
  const length = new Uint8Array(Int32Array.of(FIELD_LENGTH).buffer);
  return array("", STRUCT_CLASS, [1, 1], [element(INT32, length), element(INT8, names), ...Object.values(fields)]);
}

/** A matrix; MATLAB goes down the columns. */
function numeric(kind: number, type: number, width: number, height: number, rows: Uint8Array | Uint16Array): Buffer {
  const columns = rows.map((_, i) => rows[(i % height) * width + Math.floor(i / height)] ?? 0);
  return array("", kind, [height, width], [element(type, new Uint8Array(columns.buffer))]);
}
