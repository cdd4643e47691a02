/** Polygons to labels: scan lines through the pixel centres, even-odd rule. */
import { LABELS, type PhotoPolygons, type Polygon, type Ring } from "./polygon-file.ts";

/**
 * Labels every pixel whose centre lies in a polygon.
 *
 * A centre is inside if a line from it to the left meets the polygon's rings (outline and holes) an odd number of times.
 * A centre exactly on an edge belongs to the polygon to the right of it or below it, so polygons that share an edge
 * leave no gap and do not overlap.
 *
 * @param photo - Size in px and polygons; later ones are painted over earlier ones.
 * @returns Labels, uint8, shape `[height, width]`; 0 (background) where there is no polygon.
 */
export function fillPolygons(photo: Pick<PhotoPolygons, "width" | "height" | "polygons">): Uint8Array {
  const labels = new Uint8Array(photo.width * photo.height);
  for (const polygon of photo.polygons) paint(labels, photo.width, photo.height, polygon);
  return labels;
}

function paint(labels: Uint8Array, width: number, height: number, polygon: Polygon): void {
  const rings = [polygon.points, ...(polygon.holes ?? [])];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const crossings = rings.flatMap((ring) => crossingsAt(ring, y + 0.5)).sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil(crossings[i]! - 0.5));
      const to = Math.min(width, Math.ceil(crossings[i + 1]! - 0.5));
      if (from < to) labels.fill(LABELS[polygon.class], row + from, row + to);
    }
  }
}

/** Where the horizontal line at `y` meets a ring. An edge holds its upper end and not its lower one. */
function crossingsAt(ring: Ring, y: number): number[] {
  const crossings: number[] = [];
  for (const [i, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[(i + 1) % ring.length]!;
    if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) * (x2 - x1)) / (y2 - y1));
  }
  return crossings;
}
