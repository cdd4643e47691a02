/** Which photo is sample k: a function of (seed, k) and of what the set holds, alone. */
import { OptionError } from "../errors.ts";
import { randomFor } from "../tensor/index.ts";

/** How many pixels of each class each photo has. */
export interface ClassIndex {
  readonly classes: number;
  /** Shape `[photos, classes]`; void is not counted. */
  readonly pixels: Uint32Array;
}

/**
 * `balanced`: a class first, each as likely as the others, then one of the photos that show it; photos that show nothing but
 * background are drawn as often as by chance. `shuffled`: every photo once, in random order, then again in another.
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
  return sampling === "balanced" ? balancedSampler(seed, index, photos) : shuffledSampler(seed, index, photos);
}

function balancedSampler(seed: number, index: ClassIndex, photos: number): Sampler {
  const showing: number[][] = Array.from({ length: index.classes }, () => []);
  for (let photo = 0; photo < photos; photo++) {
    const classes = foreground(index, photo);
    for (const classId of classes.length === 0 ? [0] : classes) showing[classId]?.push(photo);
  }
  const [empty = [], ...classes] = showing;
  const present = classes.map((list, i) => ({ list, classId: i + 1 })).filter(({ list }) => list.length > 0);
  return {
    pick(k) {
      const random = randomFor(seed, "photo", k);
      const choice = random.uniform() * photos < empty.length ? undefined : present[random.integer(0, present.length)];
      const { list, classId } = choice ?? { list: empty, classId: 0 };
      return { photo: list[random.integer(0, list.length)]!, classId };
    },
  };
}

function shuffledSampler(seed: number, index: ClassIndex, photos: number): Sampler {
  let [round, order] = [-1, new Int32Array(0)];
  return {
    pick(k) {
      const wanted = Math.floor(k / photos);
      if (wanted !== round) [round, order] = [wanted, shuffledOrder(seed, wanted, photos)];
      const photo = order[k % photos]!;
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
