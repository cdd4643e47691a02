/** Which code runs a golden file: by the beginning of its name. */
import { runBatchNormEval, runBatchNormTraining } from "./batch-norm.ts";
import { runConvolution } from "./convolution.ts";
import { runCrfCase } from "./crf.ts";
import { runDeconvNet } from "./deconvnet.ts";
import type { GoldenDevice } from "./device.ts";
import { runEdgeBoxesCase } from "./edge-boxes.ts";
import { runLogSoftmax, runRelu } from "./elementwise.ts";
import { runFcn } from "./fcn.ts";
import { GoldenCase, type Metadata, type Tensors } from "./golden-case.ts";
import { runLoss } from "./loss.ts";
import { runMetricsCase } from "./metrics.ts";
import { runMaxPool, runMaxUnpool } from "./pooling.ts";
import { runResize } from "./resize.ts";
import type { GoldenRow } from "./row.ts";

export type Handler = (
  tensors: Tensors,
  metadata: Metadata,
  device?: GoldenDevice,
) => Promise<readonly GoldenRow[]> | readonly GoldenRow[];

/** A handler that reads and compares through a {@link GoldenCase}, which notices what was left out. */
function checking(run: (golden: GoldenCase) => Promise<void>): Handler {
  return async (tensors, metadata, device) => {
    const golden = new GoldenCase(tensors, metadata, device);
    await run(golden);
    return golden.rows();
  };
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  "ops-conv2d": checking((golden) => runConvolution(golden, "Conv")),
  "ops-deconv": checking((golden) => runConvolution(golden, "ConvTranspose")),
  "ops-maxpool": checking(runMaxPool),
  "ops-maxunpool": checking(runMaxUnpool),
  "ops-batchnorm-train": checking(runBatchNormTraining),
  "ops-batchnorm-eval": checking(runBatchNormEval),
  "ops-softmax-ce": checking(runLoss),
  "ops-relu": checking(runRelu),
  "ops-log-softmax": checking(runLogSoftmax),
  "ops-resize": checking(runResize),
  "net-deconvnet": checking(runDeconvNet),
  "net-fcn8s": checking((golden) => runFcn(golden, "8s")),
  "net-fcn16s": checking((golden) => runFcn(golden, "16s")),
  "net-fcn32s": checking((golden) => runFcn(golden, "32s")),
  metrics: runMetricsCase,
  crf: (tensors, metadata) => runCrfCase(tensors, metadata),
  edgeboxes: runEdgeBoxesCase,
};

/** The handler of a file name without `.safetensors`, or `undefined` for a kind that is not built yet. */
export function handlerOf(name: string): Handler | undefined {
  const kind = Object.keys(HANDLERS).find((prefix) => name === prefix || name.startsWith(`${prefix}-`));
  return kind === undefined ? undefined : HANDLERS[kind];
}
