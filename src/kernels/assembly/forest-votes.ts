/**
 * AssemblyScript: walks patches down the trees of a structured forest and adds up the edge pixels of the leaves they reach.
 *
 * A node's record is 16 bytes: the address of its left child (the right one follows), the places of its feature within a
 * patch, and the threshold. A place is the row in the upper 16 bits, the byte within the row in the lower; the second one
 * is -1 where the feature is one value and not a difference. A leaf is its own left child and its threshold is infinite.
 */

/** Byte distances between patches that are neighbours in x and in y. */
let pixelBytes: usize = 0;
let rowBytes: usize = 0;

/** The value of a place in the patch. */
function valueAt(patch: usize, place: i32): f32 {
  return load<f32>(patch + <usize>(place >> 16) * rowBytes + <usize>(place & 0xffff));
}

/** The child that a patch goes on to. Without branches, which could not be foretold. */
function next(patch: usize, node: usize): usize {
  const second = load<i32>(node, 8);
  const isDifference = ~(second >> 31);
  const less = reinterpret<f32>(reinterpret<i32>(valueAt(patch, second & isDifference)) & isDifference);
  const value = valueAt(patch, load<i32>(node, 4)) - less;
  return <usize>load<i32>(node) + ((<usize>!(value < load<f32>(node, 12))) << 4);
}

/**
 * Finds the leaves of some rows of patches, `[rows, columns, evaluated]` addresses of nodes.
 *
 * Four neighbouring patches go down together: their steps do not wait for each other.
 *
 * @param channels - The first row's first patch.
 * @param roots - Addresses of the trees' roots.
 */
export function findLeaves(
  channels: usize,
  ofPixel: usize,
  ofRow: usize,
  firstRow: i32,
  rows: i32,
  columns: i32,
  roots: usize,
  trees: i32,
  evaluated: i32,
  leaves: usize,
): void {
  pixelBytes = ofPixel;
  rowBytes = ofRow;
  for (let row = 0; row < rows; row++) {
    const line = channels + <usize>row * rowBytes;
    const found = leaves + ((<usize>(row * columns * evaluated)) << 2);
    for (let column = 0; column < columns; column += 4) {
      // Past the end of the row the last patch goes down again.
      const column1 = min(column + 1, columns - 1);
      const column2 = min(column + 2, columns - 1);
      const column3 = min(column + 3, columns - 1);
      const patch0 = line + <usize>column * pixelBytes;
      const patch1 = line + <usize>column1 * pixelBytes;
      const patch2 = line + <usize>column2 * pixelBytes;
      const patch3 = line + <usize>column3 * pixelBytes;
      for (let k = 0; k < evaluated; k++) {
        let node0 = rootOf(firstRow + row + column, k, roots, trees, evaluated);
        let node1 = rootOf(firstRow + row + column1, k, roots, trees, evaluated);
        let node2 = rootOf(firstRow + row + column2, k, roots, trees, evaluated);
        let node3 = rootOf(firstRow + row + column3, k, roots, trees, evaluated);
        for (;;) {
          const next0 = next(patch0, node0);
          const next1 = next(patch1, node1);
          const next2 = next(patch2, node2);
          const next3 = next(patch3, node3);
          const moved = (next0 ^ node0) | (next1 ^ node1) | (next2 ^ node2) | (next3 ^ node3);
          node0 = next0;
          node1 = next1;
          node2 = next2;
          node3 = next3;
          if (moved === 0) break;
        }
        store<i32>(found + ((<usize>(column * evaluated + k)) << 2), <i32>node0);
        store<i32>(found + ((<usize>(column1 * evaluated + k)) << 2), <i32>node1);
        store<i32>(found + ((<usize>(column2 * evaluated + k)) << 2), <i32>node2);
        store<i32>(found + ((<usize>(column3 * evaluated + k)) << 2), <i32>node3);
      }
    }
  }
}

/** Neighbouring patches use different trees. */
function rootOf(place: i32, k: i32, roots: usize, trees: i32, evaluated: i32): usize {
  const tree = ((place % (2 * evaluated)) + k) % trees;
  return <usize>load<i32>(roots + ((<usize>tree) << 2));
}

/**
 * Adds a vote to each edge pixel of each leaf.
 *
 * @param nodes - Address of the first node.
 * @param edgeStarts - First edge pixel of each node.
 * @param edgeBins - Edge pixels, column * 16 + row of the inner patch.
 * @param step - Pixels from one patch to the next.
 * @param votes - Float32 `[rows * step + 16 - step, width]`; added to.
 */
export function castVotes(
  leaves: usize,
  rows: i32,
  columns: i32,
  evaluated: i32,
  nodes: usize,
  edgeStarts: usize,
  edgeBins: usize,
  step: i32,
  vote: f32,
  votes: usize,
  width: i32,
): void {
  const line = (<usize>width) << 2;
  let at = leaves;
  for (let row = 0; row < rows; row++) {
    let corner = votes + <usize>(row * step) * line;
    for (let column = 0; column < columns; column++) {
      for (let k = 0; k < evaluated; k++) {
        const starts = edgeStarts + ((<usize>load<i32>(at) - nodes) >> 2);
        at += 4;
        const end = edgeBins + <usize>load<i32>(starts, 4);
        for (let edge = edgeBins + <usize>load<i32>(starts); edge < end; edge++) {
          const bin = <usize>load<u8>(edge);
          const pixel = corner + (bin & 15) * line + ((bin >> 4) << 2);
          store<f32>(pixel, load<f32>(pixel) + vote);
        }
      }
      corner += (<usize>step) << 2;
    }
  }
}
