// AssemblyScript: what the loops over lattice vertices share; small enough that the compiler inlines it.

/** Where the values of the vertex are whose number is stored at `corner`. */
export function vertexOf(values: usize, corner: usize, stride: usize): usize {
  return values + <usize>load<u32>(corner) * stride;
}
