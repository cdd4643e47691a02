/**
 * A graph of your own and its gradient: a softmax regression on points of a plane, trained by hand.
 *
 *     npx tsx examples/06-own-graph.ts
 *
 * About 1 s. You should see both graphs as text, and a loss that falls from 0.693 (ln 2: two classes, nothing known) to below 0.1.
 */
import { Session } from "deconvnet";
import { differentiate } from "deconvnet/autodiff";
import { nodeRuntime } from "deconvnet/node";
import { GraphBuilder, printGraph } from "deconvnet/onnx";

const COUNT = 200;
const g = new GraphBuilder("regression");
const points = g.input("points", "float32", [COUNT, 2]);
const labels = g.input("labels", "int32", [COUNT]);
const weight = g.parameter("weight", [2, 2]);
const scores = g.op("MatMul", [points, weight], {}, { name: "scores" });
const loss = g.op("SoftmaxCrossEntropyLoss", [scores, labels], {}, { outputs: ["loss", "log_probability"] });
g.output(loss);
const forward = g.build();
const { graph, gradients } = differentiate(forward, { loss: "loss", wrt: ["weight"] });
console.log(printGraph(forward));
console.log(printGraph(graph));

// Class 1 lies above the diagonal.
const data = Float32Array.from({ length: 2 * COUNT }, (_, i) => Math.sin(12.9898 * (i + 1)) * 3);
const classes = Int32Array.from({ length: COUNT }, (_, i) => Number((data[2 * i + 1] ?? 0) > (data[2 * i] ?? 0)));
const feeds = {
  points: { type: "float32", shape: [COUNT, 2], data },
  labels: { type: "int32", shape: [COUNT], data: classes },
} as const;

await using session = await Session.create(nodeRuntime, graph);
const numbers = new Float32Array(4);
for (let step = 0; step <= 100; step++) {
  const outputs = await session.run({ ...feeds, weight: { type: "float32", shape: [2, 2], data: numbers } });
  if (step % 20 === 0) console.log(`step ${step}: loss ${Number(outputs["loss"]?.data[0]).toFixed(3)}`);
  const gradient = outputs[gradients.get(weight.name) ?? ""]?.data as Float32Array;
  for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] ?? 0) - (gradient[i] ?? 0);
}
