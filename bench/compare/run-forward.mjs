/** The forward pass of a net as it is deployed, from a model file and a file of images. */
import { Session } from "deconvnet";
import { buildNet, countParameters, inferenceGraph } from "deconvnet/nets";
import { nodeRuntime, readModelFile, readSafetensors } from "deconvnet/node";
import { sampleOf, serveRounds, settings } from "./serve-rounds.mjs";

const { model, data, batch, threads } = settings;

async function open() {
  const { metadata, tensors } = await readModelFile(model);
  const net = buildNet(metadata.architecture, metadata.architectureOptions);
  const bound = inferenceGraph(net, tensors);
  const parameters = new Map([...bound.tensors].map(([name, source]) => [name, source()]));
  const session = await Session.create(nodeRuntime, bound.graph, { parameters, batch, threads });
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
