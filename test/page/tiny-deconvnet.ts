/** A tiny DeconvNet, forward and in training, on any runtime: what a page computes must be what Node computes. */
import { deconvNet, type Runtime, Session, Trainer } from "deconvnet";
import { inferenceGraph, initialize } from "deconvnet/nets";
import type { Tensor } from "deconvnet/onnx";
import { PAPER_SGD, type TrainingRuntime } from "deconvnet/train";

const SIZE = 32;
const CLASSES = 3;
const OPTIONS = { inputSize: SIZE, classes: CLASSES, widths: [4, 4, 8, 8, 8], fcWidth: 16 } as const;

/** Two images of waves of different length and direction; values as after subtracting the mean. */
function testImages(): Tensor {
  const data = Float32Array.from({ length: 2 * 3 * SIZE * SIZE }, (_, i) => {
    const [x, y, plane] = [i % SIZE, Math.floor(i / SIZE) % SIZE, Math.floor(i / SIZE ** 2)];
    return 100 * Math.sin(0.3 * x + 0.2 * (plane + 1) * y);
  });
  return { type: "float32", shape: [2, 3, SIZE, SIZE], data };
}

/** Vertical bands of the classes, with void between them. */
function testLabels(): Tensor {
  const data = Int32Array.from({ length: 2 * SIZE * SIZE }, (_, i) =>
    i % 8 === 0 ? 255 : Math.floor(i / 8) % CLASSES,
  );
  return { type: "int32", shape: [2, SIZE, SIZE], data };
}

/** The score maps of two images, in the form that is deployed. */
export async function tinyScores(runtime: Runtime): Promise<number[]> {
  const net = deconvNet(OPTIONS);
  const { graph, tensors } = inferenceGraph(net, initialize(net, { seed: 3 }));
  const parameters = new Map([...tensors].map(([name, make]) => [name, make()]));
  const session = await Session.create(runtime, graph, { parameters, batch: 2 });
  const outputs = await session.run({ [graph.inputs[0]?.name ?? ""]: testImages() });
  await session.dispose();
  const scores = outputs[graph.outputs[0] ?? ""];
  return Array.from((scores as Tensor).data as Float32Array);
}

/** The loss before each of three training steps. */
export async function tinyLosses(training: TrainingRuntime): Promise<number[]> {
  const net = deconvNet({ ...OPTIONS, mode: "training" });
  const trainer = await Trainer.create(training, net, initialize(net, { seed: 3 }), { solver: PAPER_SGD, batch: 2 });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { loss } = await trainer.step([{ images: testImages(), labels: testLabels() }], { learningRate: 0.01 });
    losses.push(loss);
  }
  await trainer.dispose();
  return losses;
}
