/** The golden cases `ops-batchnorm-*`; in training mode as an operator and written out, with the running statistics. */
import { batchNormalization } from "deconvnet/nets";
import type { Tensor, ValueInfo } from "deconvnet/onnx";
import { blendStatistics, unbiasedCorrection } from "deconvnet/train";
import { type GoldenCase, largestOf } from "./golden-case.ts";
import { checkOperator, type Feeds, resultOf } from "./run-graph.ts";

const LEARNED = ["x", "scale", "shift"];

export async function runBatchNormTraining(golden: GoldenCase): Promise<void> {
  const channels = golden.size("scale", 0);
  const feeds: Feeds = {
    ...Object.fromEntries(LEARNED.map((name) => [name, golden.input(name)])),
    mean: { type: "float32", shape: [channels], data: new Float32Array(channels) },
    variance: { type: "float32", shape: [channels], data: new Float32Array(channels).fill(1) },
  };
  for (const form of golden.isNative ? (["operator", "primitives"] as const) : (["primitives"] as const)) {
    const statistics = await checkOperator(golden, {
      feeds,
      wrt: LEARNED,
      form,
      build(g, feed) {
        const [scale, shift, mean, variance] = ["scale", "shift", "mean", "variance"].map(feed) as [
          ValueInfo,
          ValueInfo,
          ValueInfo,
          ValueInfo,
        ];
        const parameters = { scale, shift, mean, variance };
        const options = { name: "bn", form, usesBatch: true, epsilon: golden.number("eps") };
        const y = batchNormalization(g, feed("x"), parameters, options);
        return { y, kept: { mean: g.value("bn.batch_mean"), variance: g.value("bn.batch_var") } };
      },
    });
    checkStatistics(golden, statistics, form);
  }
}

function checkStatistics(golden: GoldenCase, statistics: Feeds, form: string): void {
  const x = golden.input("x");
  const largest = largestOf(x.data as Float32Array);
  const share = golden.number("momentum", 0.1);
  const elements = x.data.length / golden.size("scale", 0);
  const compare = (stored: string, kind: string, batch: Tensor, correction: number, magnitude: number): void => {
    golden.check(stored, batch, form, magnitude);
    if (!golden.has(`running_${kind}_before`)) return;
    const before = golden.input(`running_${kind}_before`);
    const running = Float32Array.from(before.data as Float32Array);
    blendStatistics(running, batch.data as Float32Array, share, correction);
    golden.check(`running_${kind}_after`, { shape: before.shape, data: running }, form, magnitude);
  };
  compare("batch_mean", "mean", resultOf(statistics, "mean"), 1, largest);
  compare("batch_var_biased", "var", resultOf(statistics, "variance"), unbiasedCorrection(elements), largest ** 2);
}

export async function runBatchNormEval(golden: GoldenCase): Promise<void> {
  const names = [...LEARNED, "running_mean", "running_var"];
  await checkOperator(golden, {
    feeds: Object.fromEntries(names.map((name) => [name, golden.input(name)])),
    wrt: LEARNED,
    build: (g, feed) => ({
      y: g.op("BatchNormalization", names.map(feed), { epsilon: golden.number("eps") }, { name: "y" }),
    }),
  });
}
