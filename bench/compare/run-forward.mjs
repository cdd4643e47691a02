/** The forward pass of a net as it is deployed, from a model file and a file of images. */
import { Session } from "deconvnet";
import { buildNet, countParameters, inferenceGraph } from "deconvnet/nets";
import { nodeRuntime, openSegmentationModel, readSafetensors } from "deconvnet/node";
import { sampleOf, serveRounds, settings } from "./serve-rounds.mjs";

const { model: path, data, batch, threads } = settings;

async function open() {
  const { model } = await openSegmentationModel(path);
  const net = buildNet(model.architecture, model.architectureOptions);
  const { graph, tensors } = inferenceGraph(net, model.parameters);
  const session = await Session.create(nodeRuntime, graph, { parameters: tensors, batch, threads });
  return { session, parameters: countParameters(net) };
}

const { session, parameters } = await open();
const images = (await readSafetensors(data)).tensors.get("images");
const shape = [batch, ...images.shape.slice(1)];
const input = {
  ...images,
  shape,
  data: images.data.slice(
    0,
    shape.reduce((product, size) => product * size),
  ),
};
const forward = async () => Object.values(await session.run({ input }))[0].data;
await serveRounds({ parameters, sample: sampleOf(await forward()) }, forward);
