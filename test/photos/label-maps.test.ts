/** The committed label maps of examples/photos/ are what their polygons say, in the size of their photos. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { fillPolygons } from "../../scripts/fill-polygons/fill.ts";
import { encodeLabels, labelDifference } from "../../scripts/fill-polygons/label-png.ts";
import { LABELS, type Point, parsePolygons, type Ring } from "../../scripts/fill-polygons/polygon-file.ts";
import { decodeLabelMap, VOC_CLASSES, VOC_PALETTE, VOID } from "../../src/labels/index.ts";

const photos = new URL("../../examples/photos/", import.meta.url);
const files = readdirSync(new URL("polygons/", photos));
const read = (path: string): Buffer => readFileSync(new URL(path, photos));

/** Twice the area of the triangle, positive if it turns clockwise on the screen. */
function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Pairs of edges of a ring that cross; an even-odd fill would leave a hole there that nobody drew. */
function selfCrossings(ring: Ring): string[] {
  const edges = ring.map((from, i) => [from, ring[(i + 1) % ring.length]!] as const);
  return edges.flatMap(([a, b], i) =>
    edges
      .slice(i + 1)
      .filter(([c, d]) => turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0)
      .map(([c]) => `edges from (${a}) and (${c})`),
  );
}

test("eight photos have polygons and a label map each, and nothing else has", () => {
  expect(files).toHaveLength(8);
  const maps = readdirSync(new URL("labels/", photos));
  expect(maps.toSorted()).toEqual(files.map((file) => file.replace(".json", ".png")).toSorted());
});

describe.each(files)("%s", (file) => {
  const photo = parsePolygons(read(`polygons/${file}`).toString(), file);
  const png = read(`labels/${file.replace(".json", ".png")}`);

  test("has the size of its photo", async () => {
    const { width, height } = await sharp(fileURLToPath(new URL(photo.image, photos))).metadata();
    expect({ width: photo.width, height: photo.height }).toEqual({ width, height });
  });

  test("the committed label map equals a fresh fill", () => {
    expect(labelDifference(png, fillPolygons(photo), photo.width, photo.height)).toBeUndefined();
  });

  test("no ring crosses itself", () => {
    const rings = photo.polygons.flatMap(({ points, holes = [] }) => [points, ...holes]);
    expect(rings.flatMap(selfCrossings)).toEqual([]);
  });
});

describe("label PNG", () => {
  const labels = Uint8Array.from([0, 8, 10, 12, 13, 255]);

  test("is read by the library, with the values and colours of the VOC classes", () => {
    const png = encodeLabels(labels, 3, 2);
    expect([...decodeLabelMap(png, "labels.png").data]).toEqual([...labels]);
    expect(decode(png)).toMatchObject({ depth: 8, channels: 1, palette: VOC_PALETTE });
    const { void: other, ...classes } = LABELS;
    expect(other).toBe(VOID);
    expect(Object.keys(classes)).toEqual(Object.values(classes).map((label) => VOC_CLASSES[label]));
  });

  test("a difference is told with its place", () => {
    const png = encodeLabels(labels, 3, 2);
    expect(labelDifference(png, labels.with(4, 0), 3, 2)).toBe("holds 13 at (1, 1), where the polygons say 0");
    expect(labelDifference(png, labels, 2, 3)).toBe("is 3 x 2 px and should be 2 x 3");
  });
});
