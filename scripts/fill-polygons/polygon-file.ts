/** The polygon files of examples/photos/polygons/: their shape, and the reader that refuses what does not fit. */
import { z } from "zod";

/** The classes that the photos show, with their values in the 21 VOC classes; 255 is void. */
export const LABELS = Object.freeze({
  background: 0,
  cat: 8,
  cow: 10,
  dog: 12,
  horse: 13,
  person: 15,
  sheep: 17,
  void: 255,
});

/** A point in px; (0, 0) is the corner of the first pixel, (0.5, 0.5) its centre. */
export type Point = readonly [x: number, y: number];

/** Corners in order; the last is joined to the first. */
export type Ring = readonly Point[];

/** One region of one class. */
export interface Polygon {
  readonly class: keyof typeof LABELS;
  readonly points: Ring;
  readonly holes?: readonly Ring[] | undefined;
}

/** The regions of one photo, the ones behind first. */
export interface PhotoPolygons {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly polygons: readonly Polygon[];
}

const ring = z.array(z.tuple([z.number(), z.number()])).min(3);
const polygon = z.strictObject({
  class: z.enum(Object.keys(LABELS) as (keyof typeof LABELS)[]),
  points: ring,
  holes: z.array(ring).optional(),
});
const photoPolygons = z.strictObject({
  image: z.string().min(1),
  width: z.int().positive(),
  height: z.int().positive(),
  polygons: z.array(polygon),
});

/**
 * Reads the text of a polygon file.
 *
 * @param text - JSON.
 * @param name - The file's name, for messages.
 * @returns The photo's regions, every point on the photo.
 * @throws {Error} if the text is not JSON, a key is missing or unknown, or a point lies outside of the photo.
 */
export function parsePolygons(text: string, name: string): PhotoPolygons {
  const parsed = photoPolygons.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(
      `parsePolygons: expected polygons, got ${name} with these faults: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { width, height, polygons } = parsed.data;
  for (const { class: label, points, holes = [] } of polygons) {
    for (const [x, y] of [points, ...holes].flat()) {
      if (x < 0 || y < 0 || x > width || y > height) {
        throw new Error(
          `parsePolygons: expected points within ${width} x ${height} px, got (${x}, ${y}) of a ${label} in ${name}.`,
        );
      }
    }
  }
  return parsed.data;
}
