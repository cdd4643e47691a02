/**
 * Seeded randomness: the generator of a sample is a function of the seed and the keys that name it, so that what a sample
 * sees does not depend on batch sizes, worker counts or where a run was resumed. Generator: xoroshiro128+ (pure-rand), its
 * state hashed from seed and keys with MurmurHash3's mixing.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { OptionError } from "../errors.ts";

/** A stream of random numbers; each call moves it on. */
export interface Random {
  /** The next number in [0, 1), a multiple of 2^-53. */
  uniform(): number;
  /** The next integer in [low, high): `low` included, `high` not. */
  integer(low: number, high: number): number;
  /** The next number of the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
}

/**
 * Makes the generator that belongs to a seed and a list of keys; the same arguments give the same stream.
 *
 * `uniform` and `integer` give the same bits on every engine; `normal` uses `Math.log` and gives the same bits on
 * every V8 (Node, Chromium).
 *
 * @param seed - Any finite number.
 * @param keys - What the stream is for, e.g. `("crop", 17)`; finite numbers and strings. `("a", "b")` and `("ab")` differ,
 *   and so do `1` and `"1"`.
 * @throws {OptionError} if the seed or a key is not finite.
 * @example
 * ```ts
 * const random = randomFor(1, "flip", sampleNumber);
 * const flipped = random.uniform() < 0.5;
 * ```
 */
export function randomFor(seed: number, ...keys: readonly (string | number)[]): Random {
  const words = wordsOf([seed, ...keys]);
  // Four differently seeded hashes make the 128-bit state; the last constant of an all-zero state would be a fixed point.
  const state: number[] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344].map((lane) => hashWords(words, lane));
  if (!state.some((word) => word !== 0)) state[0] = 1;
  return new Stream(xoroshiro128plusFromState(state));
}

class Stream implements Random {
  readonly #generator: RandomGenerator;
  #spare: number | undefined;

  constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  integer(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high <= low) {
      throw new OptionError(`Random.integer: expected integers low < high, got ${low} and ${high}.`);
    }
    return uniformInt(this.#generator, low, high - 1);
  }

  /** Marsaglia's polar method; it makes two numbers at a time, the second is kept for the next call. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = v * scale;
      return u * scale;
    }
  }
}

/** The keys as 32-bit words, each with its kind and length in front, so that no two lists give the same words. */
function wordsOf(keys: readonly (string | number)[]): number[] {
  const words: number[] = [keys.length];
  const bits = new DataView(new ArrayBuffer(8));
  for (const key of keys) {
    if (typeof key === "string") {
      words.push(0x73, key.length);
      for (let i = 0; i < key.length; i++) words.push(key.charCodeAt(i));
    } else {
      if (!Number.isFinite(key))
        throw new OptionError(`randomFor: expected finite numbers and strings as keys, got ${key}.`);
      bits.setFloat64(0, key + 0); // -0 + 0 is 0: both zeros are one key
      words.push(0x6e, bits.getUint32(0), bits.getUint32(4));
    }
  }
  return words;
}

/** MurmurHash3 (32 bit) of a list of 32-bit words. Source: A. Appleby, MurmurHash3, public domain. */
function hashWords(words: readonly number[], seed: number): number {
  let hash = seed | 0;
  for (const word of words) {
    let k = Math.imul(word, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    hash ^= Math.imul(k, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
