/** The golden cases `ops-resize-*`: the operator with its gradient, and the resize of score maps. */
import { resizeScores } from "deconvnet/image";
import type { Tensor } from "deconvnet/onnx";
import type { GoldenCase } from "./golden-case.ts";
import { checkOperator } from "./run-graph.ts";

export async function runResize(golden: GoldenCase): Promise<void> {
  const x = golden.input("x");
  const [height, width] = [golden.number("out_h"), golden.number("out_w")];
  const sizes = [...x.shape.slice(0, 2), height, width];
  const attributes = {
    mode: "linear",
    antialias: golden.flag("antialias") ? 1 : 0,
    // PyTorch cuts the kernel at the border; without antialias repeating the border's pixel is the same.
    exclude_outside: golden.flag("antialias") ? 1 : 0,
    coordinate_transformation_mode: golden.flag("align_corners") ? "align_corners" : "half_pixel",
  };
  await checkOperator(golden, {
    feeds: { x },
    wrt: ["x"],
    build: (g, feed) => ({
      y: g.op("Resize", [feed("x"), undefined, undefined, g.ints(sizes)], attributes, { name: "y" }),
    }),
  });
  if (!golden.flag("align_corners"))
    golden.check("y", resizedScores(x, height, width, golden.flag("antialias")), "scores");
}

/** All images and channels at once, as one map of many classes. */
function resizedScores(x: Tensor, height: number, width: number, antialias: boolean): Omit<Tensor, "type"> {
  const [n = 0, channels = 0, rows = 0, columns = 0] = x.shape;
  const shape = [n * channels, rows, columns] as const;
  const data = resizeScores(x.data as Float32Array, shape, { height, width }, { antialias });
  return { shape: [n, channels, height, width], data };
}
