/** Numbers the lattice's vertices in the order in which they are met: a hash table from integer keys to 0, 1, 2, ... */

const EMPTY = -1;

/** Open addressing with linear probing, at most half full. */
export class VertexTable {
  readonly #keyLength: number;
  #slots: Int32Array<ArrayBuffer>;
  #keys: Int32Array<ArrayBuffer>;
  #count = 0;

  /** @param expected - How many keys to make room for at first; the table grows as needed. */
  constructor(keyLength: number, expected: number) {
    this.#keyLength = keyLength;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(expected, 8) * 2));
    this.#slots = new Int32Array(capacity).fill(EMPTY);
    this.#keys = new Int32Array((capacity / 2) * keyLength);
  }

  /** How many keys there are. */
  get count(): number {
    return this.#count;
  }

  /** All keys, `keyLength` numbers each, in the order of their numbers. */
  get keys(): Int32Array<ArrayBuffer> {
    return this.#keys.subarray(0, this.#count * this.#keyLength);
  }

  /** The number of a key, -1 if it is not there. */
  find(key: Int32Array): number {
    return this.#slots[this.#slotOf(key)]!;
  }

  /** The number of a key, a new one if it is not there yet. */
  findOrAdd(key: Int32Array): number {
    const slot = this.#slotOf(key);
    const found = this.#slots[slot]!;
    if (found !== EMPTY) return found;
    const number = this.#count++;
    this.#slots[slot] = number;
    const start = number * this.#keyLength;
    for (let i = 0; i < this.#keyLength; i++) this.#keys[start + i] = key[i]!;
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    return number;
  }

  /** Where the key is, or the empty slot where it belongs. */
  #slotOf(key: Int32Array): number {
    const keyLength = this.#keyLength;
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    let slot = hash(key, 0, keyLength) & mask;
    for (;;) {
      const number = slots[slot]!;
      if (number === EMPTY) return slot;
      const start = number * keyLength;
      let i = 0;
      while (i < keyLength && keys[start + i] === key[i]) i++;
      if (i === keyLength) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const keyLength = this.#keyLength;
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const keys = new Int32Array(this.#keys.length * 2);
    keys.set(this.#keys);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#count; number++) {
      let slot = hash(keys, number * keyLength, keyLength) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
    this.#keys = keys;
  }
}

/** Multiply and fold; the last shift brings the well mixed high bits down to where the mask looks. */
function hash(keys: Int32Array, start: number, length: number): number {
  let h = 0;
  for (let i = 0; i < length; i++) h = Math.imul(h + keys[start + i]!, 0x9e3779b1);
  return h ^ (h >>> 15);
}
