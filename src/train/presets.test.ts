import { describe, expect, it } from "vitest";
import { OptionError } from "../errors.ts";
import { architectureOptions, trainingNet } from "./presets.ts";
import { readTrainConfig } from "./read-config.ts";

const trainedLayers = (sets: readonly string[]): string[] => {
  const config = readTrainConfig("", sets);
  const { parameters } = trainingNet(config, architectureOptions(config, 3));
  return [...new Set(parameters.filter(({ trainable }) => trainable).map(({ layer }) => layer))];
};

describe("the preset compact", () => {
  it("has at most 15.5 million parameters", () => {
    const config = readTrainConfig("");
    const { parameters } = trainingNet(config, architectureOptions(config, 7));
    const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
    expect(count).toBeGreaterThan(9e6);
    expect(count).toBeLessThanOrEqual(15.5e6);
  });

  it("leaves the layers of VGG-16 as they are", () => {
    expect(trainedLayers([]).some((layer) => /^conv[123]_/.test(layer))).toBe(false);
    expect(trainedLayers([])).toEqual(expect.arrayContaining(["conv4_1", "deconv1_2", "seg-score-voc"]));
  });

  it("trains what a list of its own does not freeze", () => {
    expect(trainedLayers(["model.frozen=[]"])).toContain("conv1_1");
    expect(trainedLayers(["model.frozen=[conv*, deconv5_3]"])).not.toContain("deconv5_3");
    expect(trainedLayers(["model.frozen=[conv*, deconv5_3]"])).toContain("deconv4_3");
  });

  it("refuses to freeze layers that are not there", () => {
    expect(() => trainedLayers(["model.frozen=[conv9_*]"])).toThrow(OptionError);
    expect(() => trainedLayers(["model.frozen=[conv9_*]"])).toThrow(
      'got "conv9_*", which fits none. The layers: conv1_1,',
    );
  });
});

it("options of the configuration come over the preset's", () => {
  const config = readTrainConfig("", ["model.options.inputSize=64", "model.options.fcWidth=8"]);
  expect(architectureOptions(config, 5)).toEqual({
    inputSize: 64,
    widths: [64, 128, 256, 320, 320],
    fcWidth: 8,
    decoderLayers: [1, 1, 1, 1, 1],
    lastWidth: 48,
    plainBlocks: 3,
    classes: 5,
  });
});
