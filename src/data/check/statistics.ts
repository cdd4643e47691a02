/** What the label maps of a split hold: values, classes, void, kinds of files. */
import { VOID } from "../../labels/index.ts";
import { type DatasetScan, readLabelsOf, type ScannedSplit } from "./scan.ts";
import type { LabelFacts } from "./scan-label-file.ts";

export interface ValueStatistics {
  /** As in the files. */
  readonly value: number;
  /** What it becomes: a class, `void`, or `null` for none. */
  readonly class: string | null;
  /** Photos that show it. */
  readonly photos: number;
  readonly pixels: number;
  /** Of all pixels. */
  readonly share: number;
}

export interface ClassStatistics {
  readonly name: string;
  readonly photos: number;
  readonly pixels: number;
  /** Of the pixels that are not void. */
  readonly share: number;
}

export interface SplitStatistics {
  readonly name: string;
  readonly photos: number;
  /** Of the label maps that could be read. */
  readonly pixels: number;
  readonly voidShare: number;
  /** Label files by how they are stored, such as `indexed, 8 bits`. */
  readonly stored: Readonly<Record<string, number>>;
  readonly values: readonly ValueStatistics[];
  readonly classes: readonly ClassStatistics[];
}

export function splitStatistics({ photos, mapping }: DatasetScan, split: ScannedSplit): SplitStatistics {
  const maps = split.photos.flatMap((photo) => readLabelsOf(photos[photo]!) ?? []);
  const pixels = maps.reduce((sum, { height, width }) => sum + height * width, 0);
  const byValue = countBy(maps, (value) => value);
  const byLabel = countBy(maps, (value) => mapping.table[value]!);
  const voidPixels = byLabel.get(VOID)?.pixels ?? 0;
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return {
    name: split.name,
    photos: split.photos.length,
    pixels,
    voidShare: share(voidPixels, pixels),
    stored: countStored(maps),
    values: [...byValue]
      .sort(([a], [b]) => a - b)
      .map(([value, counts]) => {
        const label = mapping.table[value]!;
        const name = label === VOID ? "void" : (mapping.names[label] ?? null);
        return { value, class: name, ...counts, share: share(counts.pixels, pixels) };
      }),
    classes: mapping.names.map((name, label) => {
      const counts = byLabel.get(label) ?? { photos: 0, pixels: 0 };
      return { name, ...counts, share: share(counts.pixels, pixels - voidPixels) };
    }),
  };
}

interface Counts {
  readonly photos: number;
  readonly pixels: number;
}

/** Pixels and photos of each key that label values have. */
function countBy(maps: readonly LabelFacts[], keyOf: (value: number) => number): Map<number, Counts> {
  const counts = new Map<number, Counts>();
  for (const { values } of maps) {
    const seen = new Set<number>();
    for (const [value, pixels] of values) {
      const key = keyOf(value);
      const before = counts.get(key) ?? { photos: 0, pixels: 0 };
      counts.set(key, { photos: before.photos + (seen.has(key) ? 0 : 1), pixels: before.pixels + pixels });
      seen.add(key);
    }
  }
  return counts;
}

function countStored(maps: readonly LabelFacts[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { stored, bits } of maps) {
    const kind = `${stored}, ${bits} ${bits === 1 ? "bit" : "bits"}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
