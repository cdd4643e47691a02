/** Which photo is sample k: a function of (seed, k) and of what the set holds, alone. */
import { OptionError } from "../errors.ts";
import { randomFor } from "../tensor/index.ts";

/** How many pixels of each class each photo has. */
export interface ClassIndex {
  readonly classes: number;
  /** Shape `[photos, classes]`; void is not counted. */
  readonly pixels: Uint32Array;
  /** The data sets that the photos are from, one after the other. Default: one. */
  readonly sets?: readonly SampledSet[];
}

/** A data set among others. */
export interface SampledSet {
  readonly photos: number;
  /** How often one of its photos is drawn, relative to one of a set with weight 1. */
  readonly weight: number;
}

/** Puts the indexes of several data sets behind each other. */
export function joinIndexes(parts: readonly { readonly index: ClassIndex; readonly weight: number }[]): ClassIndex {
  const classes = parts[0]?.index.classes ?? 0;
  const odd = parts.find(({ index }) => index.classes !== classes);
  if (odd !== undefined) {
    throw new OptionError(`joinIndexes: expected sets of ${classes} classes, got one of ${odd.index.classes}.`);
  }
  const pixels = new Uint32Array(parts.reduce((sum, { index }) => sum + index.pixels.length, 0));
  let at = 0;
  for (const { index } of parts) {
    pixels.set(index.pixels, at);
    at += index.pixels.length;
  }
  return {
    classes,
    pixels,
    sets: parts.map(({ index, weight }) => ({ photos: index.pixels.length / classes, weight })),
  };
}

/**
 * `balanced`: a class first, each as likely as the others, then one of the photos that show it; photos that show nothing but
 * background are drawn as often as by chance. `shuffled`: every photo once, in random order, then again in another. With
 * several sets, the set is drawn by what its photos weigh, in `balanced` behind the class: those that show it; in `shuffled`
 * no photo comes twice in a round.
 */
export type Sampling = "balanced" | "shuffled";

export interface Sampler {
  /** The photo of sample `k` and the class it is drawn for; 0 if for none. */
  pick(k: number): { readonly photo: number; readonly classId: number };
}

/**
 * Makes a sampler. It keeps no position: any sample can be asked for at any time.
 *
 * @throws {OptionError} if the index has no photo.
 */
export function createSampler(seed: number, index: ClassIndex, sampling: Sampling): Sampler {
  const photos = index.pixels.length / index.classes;
  if (photos < 1) throw new OptionError("createSampler: expected at least 1 photo, got 0.");
  const sets = index.sets ?? [{ photos, weight: 1 }];
  return sampling === "balanced" ? balancedSampler(seed, index, sets) : shuffledSampler(seed, index, sets);
}

/** Photos to draw from, set by set. */
interface Pool {
  readonly lists: readonly (readonly number[])[];
  /** Photos times their weight, set by set. */
  readonly masses: readonly number[];
  readonly mass: number;
}

function makePool(lists: readonly (readonly number[])[], sets: readonly SampledSet[]): Pool {
  const masses = lists.map((list, set) => list.length * (sets[set]?.weight ?? 0));
  return { lists, masses, mass: masses.reduce((sum, mass) => sum + mass, 0) };
}

/** Draws the set of sample `k`, by mass. One set takes no draw. */
function pickSet(seed: number, k: number, { masses, mass }: Pool): number {
  if (masses.length === 1) return 0;
  let left = randomFor(seed, "set", k).uniform() * mass;
  const found = masses.findIndex((part) => {
    left -= part;
    return left < 0;
  });
  // Rounding may leave a little behind the last.
  return found >= 0 ? found : masses.findLastIndex((part) => part > 0);
}

function balancedSampler(seed: number, index: ClassIndex, sets: readonly SampledSet[]): Sampler {
  const showing: number[][][] = Array.from({ length: index.classes }, () => sets.map(() => []));
  let photo = 0;
  for (const [set, { photos }] of sets.entries()) {
    for (const end = photo + photos; photo < end; photo++) {
      const classes = foreground(index, photo);
      for (const classId of classes.length === 0 ? [0] : classes) showing[classId]?.[set]?.push(photo);
    }
  }
  const total = sets.reduce((sum, { photos, weight }) => sum + photos * weight, 0);
  const [empty = makePool([], []), ...classes] = showing.map((lists) => makePool(lists, sets));
  const present = classes.map((pool, i) => ({ pool, classId: i + 1 })).filter(({ pool }) => pool.mass > 0);
  return {
    pick(k) {
      const random = randomFor(seed, "photo", k);
      const choice = random.uniform() * total < empty.mass ? undefined : present[random.integer(0, present.length)];
      const { pool, classId } = choice ?? { pool: empty, classId: 0 };
      const list = pool.lists[pickSet(seed, k, pool)] ?? [];
      return { photo: list[random.integer(0, list.length)]!, classId };
    },
  };
}

function shuffledSampler(seed: number, index: ClassIndex, sets: readonly SampledSet[]): Sampler {
  let first = 0;
  const lists = sets.map(({ photos }) => Array.from({ length: photos }, () => first++));
  const pool = makePool(lists, sets);
  const orders = sets.map(() => ({ round: -1, order: new Int32Array(0) }));
  return {
    pick(k) {
      const set = pickSet(seed, k, pool);
      const [list, shuffled] = [lists[set]!, orders[set]!];
      const round = Math.floor(k / list.length);
      if (round !== shuffled.round) orders[set] = { round, order: shuffledOrder(seed, round, list.length) };
      const photo = list[orders[set]!.order[k % list.length]!]!;
      const classes = foreground(index, photo);
      const classId = classes.length === 0 ? 0 : classes[randomFor(seed, "class", k).integer(0, classes.length)]!;
      return { photo, classId };
    },
  };
}

/** A permutation of the photo numbers; Fisher and Yates's shuffle. */
export function shuffledOrder(seed: number, round: number, photos: number): Int32Array<ArrayBuffer> {
  const random = randomFor(seed, "order", round);
  const order = Int32Array.from({ length: photos }, (_, i) => i);
  for (let i = photos - 1; i > 0; i--) {
    const j = random.integer(0, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The classes but background that a photo shows. */
function foreground(index: ClassIndex, photo: number): number[] {
  const classes: number[] = [];
  for (let c = 1; c < index.classes; c++) if (index.pixels[photo * index.classes + c]! > 0) classes.push(c);
  return classes;
}
