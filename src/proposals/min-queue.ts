/** A priority queue of pixels: smallest cost first, among equal costs the one pushed first. */

/** Binary heap over (cost, order of arrival); `clear` keeps the memory. */
export class MinQueue {
  #costs = new Float32Array(64);
  #arrivals = new Int32Array(64);
  #pixels = new Int32Array(64);
  #arrived = 0;
  size = 0;

  /** The smallest cost; undefined order if the queue is empty. */
  get smallest(): number {
    return this.#costs[0]!;
  }

  clear(): void {
    this.size = 0;
    this.#arrived = 0;
  }

  push(cost: number, pixel: number): void {
    if (this.size === this.#costs.length) this.#grow();
    // Later arrivals lose ties, so the new entry rises only past larger costs.
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#costs[parent]! <= cost) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#set(at, cost, this.#arrived++, pixel);
  }

  /** Removes the first entry and returns its pixel. */
  pop(): number {
    const first = this.#pixels[0]!;
    const last = --this.size;
    const [cost, arrival, pixel] = [this.#costs[last]!, this.#arrivals[last]!, this.#pixels[last]!];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(child + 1, this.#costs[child]!, this.#arrivals[child]!)) child++;
      if (!this.#before(child, cost, arrival)) break;
      this.#copy(child, at);
      at = child;
    }
    this.#set(at, cost, arrival, pixel);
    return first;
  }

  #before(entry: number, cost: number, arrival: number): boolean {
    const own = this.#costs[entry]!;
    return own < cost || (own === cost && this.#arrivals[entry]! < arrival);
  }

  #copy(from: number, to: number): void {
    this.#set(to, this.#costs[from]!, this.#arrivals[from]!, this.#pixels[from]!);
  }

  #set(at: number, cost: number, arrival: number, pixel: number): void {
    this.#costs[at] = cost;
    this.#arrivals[at] = arrival;
    this.#pixels[at] = pixel;
  }

  #grow(): void {
    const length = 2 * this.#costs.length;
    const [costs, arrivals, pixels] = [new Float32Array(length), new Int32Array(length), new Int32Array(length)];
    costs.set(this.#costs);
    arrivals.set(this.#arrivals);
    pixels.set(this.#pixels);
    [this.#costs, this.#arrivals, this.#pixels] = [costs, arrivals, pixels];
  }
}
