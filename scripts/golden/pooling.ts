/** The golden cases `ops-maxpool-*` and `ops-maxunpool-*`: with indices, and in the form without where it can be. */
import { portableMaxPool, portableMaxUnpool } from "deconvnet/nets";
import type { GraphBuilder, Tensor, ValueInfo } from "deconvnet/onnx";
import type { GoldenCase } from "./golden-case.ts";
import { checkOperator } from "./run-graph.ts";
import { maskOfSwitches, planeSwitches, switchesOfMask, tensorSwitches } from "./switches.ts";

export async function runMaxPool(golden: GoldenCase): Promise<void> {
  const { kernel, stride, pad } = windowOf(golden);
  const x = golden.input("x");
  const even = x.shape.slice(2).every((dim) => dim % 2 === 0);
  if (golden.isNative) await runNativeMaxPool(golden, x);
  if (kernel !== 2 || stride !== 2 || pad !== 0 || !(even || golden.flag("ceil_mode"))) return;
  await runPortableMaxPool(golden, x);
}

async function runNativeMaxPool(golden: GoldenCase, x: Tensor): Promise<void> {
  const { kernel, stride, pad } = windowOf(golden);
  const { switches } = await checkOperator(golden, {
    feeds: { x },
    wrt: ["x"],
    build(g, feed) {
      const attributes = {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
        ceil_mode: golden.flag("ceil_mode") ? 1 : 0,
      };
      const [y, indices] = g.ops("MaxPool", [feed("x")], attributes, { outputs: ["y", "switches"] });
      return { y: y as ValueInfo, kept: { switches: indices as ValueInfo } };
    },
  });
  golden.check("indices", planeSwitches(switches as Tensor, x.shape.slice(2)));
}

async function runPortableMaxPool(golden: GoldenCase, x: Tensor): Promise<void> {
  const size = x.shape.slice(2) as [number, number];
  const { mask } = await checkOperator(golden, {
    feeds: { x },
    wrt: ["x"],
    form: "portable",
    build(g, feed) {
      const { output, switches } = portableMaxPool(g, evenSized(g, feed("x"), size), "y");
      return { y: output, kept: { mask: switches } };
    },
  });
  golden.check("indices", switchesOfMask(mask as Tensor, size[1]), "portable");
}

/** What windows in ceil mode see beyond an odd edge is below every number. */
function evenSized(g: GraphBuilder, x: ValueInfo, [height, width]: readonly [number, number]): ValueInfo {
  const pads = [0, 0, 0, 0, 0, 0, height % 2, width % 2];
  return pads.every((pad) => pad === 0) ? x : g.op("Pad", [x, g.ints(pads), g.scalar(-3e38)]);
}

export async function runMaxUnpool(golden: GoldenCase): Promise<void> {
  const { kernel, stride } = windowOf(golden);
  const [x, indices] = [golden.input("x"), golden.input("indices")];
  const size = [golden.number("output_h"), golden.number("output_w")] as const;
  const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride] };
  if (golden.isNative) {
    await checkOperator(golden, {
      feeds: { x, switches: tensorSwitches(indices, size) },
      wrt: ["x"],
      build: (g, feed) => ({
        y: g.op("MaxUnpool", [feed("x"), feed("switches"), g.ints([...x.shape.slice(0, 2), ...size])], attributes, {
          name: "y",
        }),
      }),
    });
  }
  const mask = kernel === 2 && stride === 2 ? maskOfSwitches(indices, size) : undefined;
  if (mask === undefined) return;
  await checkOperator(golden, {
    feeds: { x, mask },
    wrt: ["x"],
    form: "portable",
    build: (g, feed) => ({ y: portableMaxUnpool(g, feed("x"), feed("mask"), "y") }),
  });
}

function windowOf(golden: GoldenCase): { kernel: number; stride: number; pad: number } {
  return { kernel: golden.number("kernel"), stride: golden.number("stride"), pad: golden.number("pad", 0) };
}
