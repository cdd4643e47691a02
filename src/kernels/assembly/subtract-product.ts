// AssemblyScript, compiled to WebAssembly: the compatibility transform. Words of address and `stride` as in splat.ts.

/**
 * `output = base - matrix x output` for every pixel; the matrix is `[classes, classes]`; `messages` is scratch for one pixel.
 * Rows of a pixel's groups are `stride` bytes, `plane` bytes apart.
 */
export function subtractProduct(
  matrix: usize,
  classes: i32,
  base: usize,
  output: usize,
  messages: usize,
  stride: usize,
  plane: usize,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>classes) << 2;
  for (let pixel = begin; pixel < end; pixel++) {
    const row = <usize>pixel * stride;
    for (let c: usize = 0; c < bytes; c += 4)
      store<f32>(messages + c, load<f32>(output + row + place(c, stride, plane)));
    for (let c: usize = 0; c < bytes; c += 4) {
      const line = matrix + <usize>classes * c;
      let sum: f32 = 0;
      for (let other: usize = 0; other < bytes; other += 4)
        sum += load<f32>(line + other) * load<f32>(messages + other);
      const at = row + place(c, stride, plane);
      store<f32>(output + at, load<f32>(base + at) - sum);
    }
  }
}

/** Where a class is, from the pixel's row in group 0; `c` is 4 times the class. */
function place(c: usize, stride: usize, plane: usize): usize {
  return (c / stride) * plane + (c % stride);
}
