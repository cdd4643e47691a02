/** The objects of a label map: what object-centred crops are centred on. */
import { ShapeError } from "../errors.ts";
import type { Box } from "../image/index.ts";
import { type LabelMap, VOID } from "../labels/index.ts";

/** One object: connected pixels of one class, or one instance of an instance map. */
export interface LabelledObject {
  readonly classId: number;
  /** The tight box, px. */
  readonly box: Box;
  readonly pixels: number;
}

/**
 * Finds the connected components (4 neighbours) of every class but background and void.
 *
 * @returns In the order of their first pixel, row by row.
 */
export function connectedObjects(labels: LabelMap): LabelledObject[] {
  const { data } = labels;
  const seen = new Uint8Array(data.length);
  const stack = new Int32Array(data.length);
  const objects: LabelledObject[] = [];
  for (let start = 0; start < data.length; start++) {
    const classId = data[start]!;
    if (seen[start] === 0 && classId !== 0 && classId !== VOID) objects.push(fillObject(labels, start, seen, stack));
  }
  return objects;
}

/**
 * Follows the pixels connected to the first one.
 *
 * @param seen - 1 for pixels that were visited; updated.
 * @param stack - Room for one entry a pixel: each is pushed once at most.
 */
function fillObject(
  { data, height, width }: LabelMap,
  start: number,
  seen: Uint8Array,
  stack: Int32Array,
): LabelledObject {
  const classId = data[start]!;
  let [depth, pixels] = [1, 0];
  let [left, right, top, bottom] = [width, -1, height, -1];
  stack[0] = start;
  seen[start] = 1;
  while (depth > 0) {
    const at = stack[--depth]!;
    const x = at % width;
    const y = (at - x) / width;
    pixels++;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
    for (let side = 0; side < 4; side++) {
      const horizontal = side < 2;
      const step = side % 2 === 0 ? -1 : 1;
      const along = (horizontal ? x : y) + step;
      if (along < 0 || along >= (horizontal ? width : height)) continue;
      const next = at + (horizontal ? step : step * width);
      if (seen[next] === 1 || data[next] !== classId) continue;
      seen[next] = 1;
      stack[depth++] = next;
    }
  }
  return { classId, pixels, box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } };
}

/**
 * Finds the objects of an instance map, such as VOC's SegmentationObject. The class of an instance is the one that most of its
 * pixels have in the label map, void not counted; instances that are background or void there are left out.
 *
 * @param instances - Instance numbers, 0 none and 255 void, of the label map's size.
 * @throws {ShapeError} if the sizes differ.
 */
export function instanceObjects(labels: LabelMap, instances: LabelMap): LabelledObject[] {
  const { height, width } = labels;
  if (instances.height !== height || instances.width !== width) {
    throw new ShapeError(
      `instanceObjects: expected an instance map of ${height}x${width} (height x width), ` +
        `got ${instances.height}x${instances.width}.`,
    );
  }
  const votes = new Uint32Array(256 * 256); // [instance, class]
  const first = new Int32Array(256 * 2).fill(Math.max(height, width)); // [instance, x or y]
  const last = new Int32Array(256 * 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const instance = instances.data[y * width + x]!;
      votes[instance * 256 + labels.data[y * width + x]!]!++;
      first[2 * instance] = Math.min(first[2 * instance]!, x);
      first[2 * instance + 1] = Math.min(first[2 * instance + 1]!, y);
      last[2 * instance] = Math.max(last[2 * instance]!, x);
      last[2 * instance + 1] = Math.max(last[2 * instance + 1]!, y);
    }
  }
  const objects: LabelledObject[] = [];
  for (let instance = 1; instance < VOID; instance++) {
    const vote = votes.subarray(instance * 256, instance * 256 + VOID);
    const pixels = Math.max(...vote);
    const classId = vote.indexOf(pixels);
    if (pixels === 0 || classId === 0) continue;
    const [x, y] = [first[2 * instance]!, first[2 * instance + 1]!];
    const box = { x, y, width: last[2 * instance]! - x + 1, height: last[2 * instance + 1]! - y + 1 };
    objects.push({ classId, pixels, box });
  }
  return objects;
}
