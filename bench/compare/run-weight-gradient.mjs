/** The gradient of one convolution's weight. */
import { Session } from "deconvnet";
import { convolutionWeightGradient } from "deconvnet/autodiff";
import { nodeRuntime, readSafetensors } from "deconvnet/node";
import { GraphBuilder, lowerGraph } from "deconvnet/onnx";
import { sampleOf, serveRounds, settings } from "./serve-rounds.mjs";

const { data, weightShape, threads } = settings;
const { tensors } = await readSafetensors(data);
const [input, outputGradient] = [tensors.get("input"), tensors.get("outputGradient")];
const pad = (weightShape[2] - 1) / 2;

const g = new GraphBuilder("weight-gradient");
const problem = {
  input: g.input("input", "float32", input.shape),
  outputGradient: g.input("outputGradient", "float32", outputGradient.shape),
  weight: { name: "weight", type: "float32", shape: weightShape },
  strides: [1, 1],
  pads: [pad, pad, pad, pad],
};
g.output(convolutionWeightGradient(g, problem));
const session = await Session.create(nodeRuntime, lowerGraph(g.build()), { threads });
const gradient = async () => Object.values(await session.run({ input, outputGradient }))[0].data;
await serveRounds({ sample: sampleOf(await gradient()) }, gradient);
