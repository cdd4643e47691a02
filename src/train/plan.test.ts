import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { deconvNet } from "../nets/index.ts";
import { buildTrainingGraph, planStep } from "./plan.ts";
import { ADAMW_DEFAULTS } from "./solver.ts";

const net = deconvNet({
  inputSize: 32,
  classes: 3,
  widths: [2, 2, 2, 2, 2],
  fcWidth: 0,
  decoderLayers: [1, 1, 1, 1, 1],
  mode: "training",
});
const lesson = { output: "t", layer: "conv3_1", channels: 4, height: 2, width: 2, weight: 1 };
const encoderOnly = { labels: 0, distillation: { features: [lesson] } };

describe("buildTrainingGraph", () => {
  it("without labels trains and computes only what the teacher's lessons depend on", () => {
    const { graph, trained, statistics, lossParts } = buildTrainingGraph(net, encoderOnly);
    const layers = [...new Set(trained.map(({ layer }) => layer))];
    const convolutions = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"];
    expect(layers.filter((layer) => !layer.startsWith("bn"))).toEqual([...convolutions, "adapter/conv3_1"]);
    expect(statistics).toHaveLength(convolutions.length);
    expect(graph.nodes.filter(({ name }) => /deconv|score|conv[45]/.test(name))).toEqual([]);
    expect(lossParts.size).toBe(0); // one part is the loss itself
    expect(planStep(net, { ...encoderOnly, solver: ADAMW_DEFAULTS }, "cpu").plan.statistics).toEqual(statistics);
  });

  it("weighs the labels, and reaches all layers with them", () => {
    const { trained, lossParts } = buildTrainingGraph(net, { ...encoderOnly, labels: 0.5 });
    const all = net.parameters.filter(({ trainable }) => trainable).map(({ name }) => name);
    expect(trained.map(({ name }) => name).filter((name) => !name.startsWith("adapter/"))).toEqual(all);
    expect([...lossParts.keys()]).toEqual(["labels", "teacher conv3_1"]);
    expect(lossParts.get("labels")).not.toBe("cross_entropy");
  });

  it("takes what every step feeds, also where no term reads it", () => {
    const { graph } = buildTrainingGraph(net, { ...encoderOnly, normalize: "batch" });
    const names = graph.inputs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["labels", "label_share", "image_share"]));
  });

  it("refuses a loss of nothing, and weights that are none", () => {
    expect(() => buildTrainingGraph(net, { labels: 0 })).toThrow(/expected more than 0 without a teacher, got 0/);
    expect(() => buildTrainingGraph(net, { labels: -1 })).toThrow(OptionError);
  });
});
