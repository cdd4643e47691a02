/**
 * The compact file of a structured forest.
 *
 * gzip of: `DNEDGES1`, the length of a JSON header (uint32), the header, then for all nodes, tree by tree and level by
 * level, the feature (uint16, 65535 for a leaf); for all inner nodes the threshold (float32); for all leaves the number
 * of edge pixels (uint16); the edge pixels (uint8). Little-endian. Children need no references: the nth inner node of a
 * tree has the children 2n + 1 and 2n + 2.
 */

import { FormatError } from "../errors.ts";
import { printable } from "../printable.ts";
import { checkForest, type EdgeForest } from "./edge-forest.ts";
import { gunzip, gzip } from "./gzip.ts";

const MAGIC = "DNEDGES1";
const LEAF = 0xffff;
/** Bytes that a compact file may unpack to: ten times a forest of a million patches a tree. */
const LARGEST_FILE = 2 ** 27;
/** Bytes of the header at most. */
const LONGEST_HEADER = 2 ** 20;
const CALLER = "readEdgeForest";

interface Header {
  readonly treesEvaluated: number;
  /** Number of nodes of each tree. */
  readonly nodes: readonly number[];
  readonly description: string;
}

/** Writes a forest as a compact file; reading it gives a forest with the same edges. */
export async function writeEdgeForest(forest: EdgeForest): Promise<Uint8Array> {
  checkForest("writeEdgeForest", forest);
  const { treeStarts, children, featureIds, thresholds, edgeStarts, edgeBins } = forest;
  const order = levelOrder(forest);
  const inner = order.nodes.filter((node) => children[node] !== 0);
  const leaves = order.nodes.filter((node) => children[node] === 0);
  const bins = leaves.map((leaf) => edgeStarts[leaf + 1]! - edgeStarts[leaf]!);
  const header: Header = {
    treesEvaluated: forest.treesEvaluated,
    nodes: Array.from({ length: treeStarts.length - 1 }, (_, tree) => order.counts[tree]!),
    description: forest.description,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const edges = bins.reduce((a, b) => a + b, 0);
  const bytes = new Uint8Array(
    12 + json.length + 2 * order.nodes.length + 4 * inner.length + 2 * leaves.length + edges,
  );
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, json.length, true);
  bytes.set(json, 12);
  let at = 12 + json.length;
  for (const node of order.nodes) {
    view.setUint16(at, children[node] === 0 ? LEAF : featureIds[node]!, true);
    at += 2;
  }
  for (const node of inner) {
    view.setFloat32(at, thresholds[node]!, true);
    at += 4;
  }
  for (const count of bins) {
    view.setUint16(at, count, true);
    at += 2;
  }
  for (const leaf of leaves) {
    const own = edgeBins.subarray(edgeStarts[leaf]!, edgeStarts[leaf + 1]!);
    bytes.set(own, at);
    at += own.length;
  }
  return gzip(bytes);
}

/** Nodes that a walk can reach, tree by tree and level by level, and their number in each tree. */
function levelOrder({ treeStarts, children }: EdgeForest): { nodes: number[]; counts: number[] } {
  const nodes: number[] = [];
  const counts: number[] = [];
  for (let tree = 0; tree + 1 < treeStarts.length; tree++) {
    const begin = nodes.length;
    nodes.push(treeStarts[tree]!);
    for (let i = begin; i < nodes.length; i++) {
      const child = children[nodes[i]!]!;
      if (child !== 0) nodes.push(child, child + 1);
    }
    counts.push(nodes.length - begin);
  }
  return { nodes, counts };
}

/**
 * Reads a forest from the bytes of a compact file.
 *
 * @throws {FormatError} if the bytes are damaged, cut short, unpack to over 128 MiB, or are another format.
 */
export async function readEdgeForest(bytes: Uint8Array): Promise<EdgeForest> {
  const plain = await gunzip(CALLER, bytes, LARGEST_FILE);
  const reader = new Reader(plain);
  const magic = reader.text(8);
  if (magic !== MAGIC) {
    throw new FormatError(`${CALLER}: expected a file that begins with ${MAGIC}, got "${printable(magic)}".`);
  }
  const { treesEvaluated, nodes, description } = parseHeader(reader.header());
  const treeStarts = new Int32Array(nodes.length + 1);
  nodes.forEach((count, tree) => {
    treeStarts[tree + 1] = treeStarts[tree]! + count;
  });
  const total = treeStarts[nodes.length]!;
  reader.expect(2 * total);
  const featureIds = Uint16Array.from({ length: total }, () => reader.uint16());
  const children = linkChildren(treeStarts, featureIds);
  const inner = children.reduce((count, child) => count + (child === 0 ? 0 : 1), 0);
  reader.expect(4 * inner + 2 * (total - inner));
  const thresholds = Float32Array.from(children, (child) => (child === 0 ? 0 : reader.float32()));
  const edgeStarts = new Int32Array(total + 1);
  children.forEach((child, node) => {
    edgeStarts[node + 1] = edgeStarts[node]! + (child === 0 ? reader.uint16() : 0);
  });
  const edgeBins = new Uint8Array(reader.bytes(edgeStarts[total]!));
  reader.end();
  for (let node = 0; node < total; node++) if (children[node] === 0) featureIds[node] = 0;
  const forest = { treeStarts, treesEvaluated, children, featureIds, thresholds, edgeStarts, edgeBins, description };
  checkForest(CALLER, forest);
  return forest;
}

/** The nth inner node of a tree in level order has the children 2n + 1 and 2n + 2. */
function linkChildren(treeStarts: Int32Array, featureIds: Uint16Array): Int32Array {
  const children = new Int32Array(featureIds.length);
  for (let tree = 0; tree + 1 < treeStarts.length; tree++) {
    let next = treeStarts[tree]! + 1;
    for (let node = treeStarts[tree]!; node < treeStarts[tree + 1]!; node++) {
      if (featureIds[node] === LEAF) continue;
      children[node] = next;
      next += 2;
    }
    if (next !== treeStarts[tree + 1]) {
      const expected = treeStarts[tree + 1]! - treeStarts[tree]!;
      throw new FormatError(
        `${CALLER}: expected tree ${tree} to link ${expected} nodes, got ${next - treeStarts[tree]!}. The file is damaged.`,
      );
    }
  }
  return children;
}

function parseHeader(text: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${CALLER}: expected a JSON header, got "${printable(text)}".`, { cause });
  }
  const { treesEvaluated, nodes, description } = (header ?? {}) as Partial<Header>;
  const counts = Array.isArray(nodes) ? nodes : [];
  const whole = counts.length > 0 && counts.every((n) => Number.isInteger(n) && n >= 1 && n <= LARGEST_FILE / 2);
  const sum = counts.reduce((a, b) => a + b, 0);
  if (typeof treesEvaluated !== "number" || typeof description !== "string" || !whole || sum > LARGEST_FILE / 2) {
    throw new FormatError(
      `${CALLER}: expected a header with treesEvaluated, nodes and description, got "${printable(text)}".`,
    );
  }
  return { treesEvaluated, nodes: counts, description };
}

/** Reads numbers in order and tells where the bytes end too early. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws unless `length` more bytes are there: before memory for them is taken. */
  expect(length: number): void {
    if (this.#at + length > this.#bytes.length) {
      throw new FormatError(
        `${CALLER}: expected at least ${this.#at + length} bytes, got ${this.#bytes.length}. The file is cut short.`,
      );
    }
  }

  bytes(length: number): Uint8Array {
    this.expect(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** The JSON text behind its length. */
  header(): string {
    const length = this.uint32();
    if (length > LONGEST_HEADER) {
      throw new FormatError(
        `${CALLER}: expected a header of at most ${LONGEST_HEADER} bytes, got ${length}. The file is damaged.`,
      );
    }
    return this.text(length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.bytes(length));
  }

  uint16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  float32(): number {
    return this.#view.getFloat32(this.#step(4), true);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw new FormatError(`${CALLER}: expected ${this.#at} bytes, got ${this.#bytes.length}. The file is damaged.`);
    }
  }

  #step(length: number): number {
    this.expect(length);
    this.#at += length;
    return this.#at - length;
  }
}
