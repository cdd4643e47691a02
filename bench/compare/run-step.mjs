/** A training step, update included, from a model file and a file of images and labels. The sample is the loss before and after a step. */
import { buildNet, countParameters } from "deconvnet/nets";
import { nodeTraining, readModelFile, readSafetensors } from "deconvnet/node";
import { Trainer } from "deconvnet/train";
import { serveRounds, settings } from "./serve-rounds.mjs";

const { model, data, batch, threads, solver, learningRate, frozen } = settings;

async function open() {
  const { metadata, tensors } = await readModelFile(model);
  const net = buildNet(metadata.architecture, metadata.architectureOptions, {
    mode: "training",
    frozen: new Set(frozen),
  });
  const trainer = await Trainer.create(nodeTraining, net, tensors, { solver, batch, threads, takeParameters: true });
  return { trainer, parameters: countParameters(net) };
}

const { trainer, parameters } = await open();
const { tensors } = await readSafetensors(data);
const firstOf = ({ shape, data, ...rest }) => {
  const kept = [batch, ...shape.slice(1)];
  return {
    ...rest,
    shape: kept,
    data: data.slice(
      0,
      kept.reduce((product, size) => product * size),
    ),
  };
};
const example = { images: firstOf(tensors.get("images")), labels: firstOf(tensors.get("labels")) };
const step = async () => (await trainer.step([example], { learningRate })).loss;
await serveRounds({ parameters, sample: [await step(), await step()] }, step);
