/**
 * Pairs edge pixels with boundary pixels, one to one, as many as can be and the near ones first.
 *
 * Greedy pairs come first, nearest before farther ones; chains of exchanges then add pairs until no more is possible
 * (Kuhn, "The Hungarian Method for the Assignment Problem", 1955, for pairs that all weigh the same).
 */

/** Pixels of one boundary map and which edge pixels may be paired with them; made once, used at every threshold. */
export class PixelMatcher {
  /** Boundary pixels in all. */
  readonly boundaryPixels: number;
  /** Candidates of pixel p: numbers of boundary pixels, nearest first, from `#starts[p]` to `#starts[p + 1]`. */
  readonly #starts: Int32Array;
  readonly #candidates: Int32Array;
  /** All pairs, nearest first. */
  readonly #pairPixels: Int32Array;
  readonly #pairBoundaries: Int32Array;
  /** Of each boundary pixel, its partner, or -1. */
  readonly #partners: Int32Array;
  readonly #visited: Int32Array;
  readonly #next: Int32Array;
  #search = 0;

  /**
   * @param pixels - All pixels that may be edges, ascending.
   * @param boundary - `[height, width]`, not 0 on the boundary.
   * @param reach - Largest distance of a pair, px.
   */
  constructor(pixels: readonly number[], boundary: Uint8Array, width: number, height: number, reach: number) {
    const numbers = new Int32Array(boundary.length).fill(-1);
    let count = 0;
    for (let i = 0; i < boundary.length; i++) if (boundary[i] !== 0) numbers[i] = count++;
    const offsets = offsetsByDistance(reach);
    const ranks: number[][] = offsets.map(() => []);
    this.#starts = new Int32Array(boundary.length + 1);
    const candidates: number[] = [];
    let last = 0;
    for (const pixel of pixels) {
      this.#starts.fill(candidates.length, last, pixel + 1);
      last = pixel + 1;
      const x = pixel % width;
      const y = (pixel - x) / width;
      offsets.forEach(({ dx, dy }, rank) => {
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) return;
        const number = numbers[pixel + dy * width + dx]!;
        if (number < 0) return;
        candidates.push(number);
        ranks[rank]!.push(pixel, number);
      });
    }
    this.#starts.fill(candidates.length, last);
    const pairs = ranks.flat();
    this.boundaryPixels = count;
    this.#candidates = Int32Array.from(candidates);
    this.#pairPixels = Int32Array.from({ length: candidates.length }, (_, i) => pairs[2 * i]!);
    this.#pairBoundaries = Int32Array.from({ length: candidates.length }, (_, i) => pairs[2 * i + 1]!);
    this.#partners = new Int32Array(count);
    this.#visited = new Int32Array(count);
    this.#next = new Int32Array(boundary.length);
  }

  /**
   * Pairs the edge pixels of one threshold.
   *
   * @param edges - Some of the pixels that the matcher was made with.
   * @param isEdge - 1 for these pixels, 0 for others.
   * @param matched - 1 is written for each pixel that gets a partner.
   * @returns The number of pairs.
   */
  match(edges: readonly number[], isEdge: Uint8Array, matched: Uint8Array): number {
    this.#partners.fill(-1);
    const single = isEdge.slice();
    let pairs = 0;
    for (let i = 0; i < this.#pairPixels.length; i++) {
      const [pixel, boundary] = [this.#pairPixels[i]!, this.#pairBoundaries[i]!];
      if (single[pixel] === 0 || this.#partners[boundary] !== -1) continue;
      this.#partners[boundary] = pixel;
      single[pixel] = 0;
      pairs++;
    }
    let waiting = edges.filter((pixel) => single[pixel] === 1 && this.#starts[pixel]! < this.#starts[pixel + 1]!);
    // What one search has visited without success leads nowhere for the others either, until a pair is added.
    for (let before = -1; before !== waiting.length; ) {
      before = waiting.length;
      this.#search++;
      waiting = waiting.filter((pixel) => !this.#addPair(pixel));
      pairs += before - waiting.length;
    }
    for (const pixel of this.#partners) if (pixel >= 0) matched[pixel] = 1;
    return pairs;
  }

  /** Finds a partner for a pixel, if need be by finding another one for that partner's own. */
  #addPair(root: number): boolean {
    const chain = [root];
    this.#next[root] = this.#starts[root]!;
    while (chain.length > 0) {
      const pixel = chain[chain.length - 1]!;
      if (this.#next[pixel]! >= this.#starts[pixel + 1]!) {
        chain.pop();
        continue;
      }
      const boundary = this.#candidates[this.#next[pixel]!]!;
      this.#next[pixel] = this.#next[pixel]! + 1;
      if (this.#visited[boundary] === this.#search) continue;
      this.#visited[boundary] = this.#search;
      const owner = this.#partners[boundary]!;
      if (owner === -1) {
        for (const link of chain) this.#partners[this.#candidates[this.#next[link]! - 1]!] = link;
        return true;
      }
      chain.push(owner);
      this.#next[owner] = this.#starts[owner]!;
    }
    return false;
  }
}

interface Offset {
  readonly dx: number;
  readonly dy: number;
}

function offsetsByDistance(reach: number): Offset[] {
  const radius = Math.floor(reach);
  const offsets: Offset[] = [];
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) if (Math.hypot(dx, dy) <= reach) offsets.push({ dx, dy });
  }
  return offsets.sort((a, b) => Math.hypot(a.dx, a.dy) - Math.hypot(b.dx, b.dy));
}
