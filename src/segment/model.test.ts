import { describe, expect, it } from "vitest";
import { tinyModel } from "../../test/builders/tiny-model.ts";
import { OptionError } from "../errors.ts";
import { VOC_PALETTE } from "../labels/index.ts";
import { segmentationModel } from "./model.ts";

describe("segmentationModel", () => {
  it("takes what a segmenter needs from a model file", () => {
    const file = tinyModel({ classNames: ["background", "cat"], evaluationSize: 64 });
    const model = segmentationModel(file, "cat.safetensors");
    expect(model).toMatchObject({ architecture: "deconvnet", classNames: ["background", "cat"], evaluationSize: 64 });
    expect(model.parameters).toBe(file.tensors);
    expect(model.preprocessing).toEqual({ order: "bgr", mean: [104.008, 116.669, 122.675], std: [1, 1, 1] });
    expect(model.palette?.slice(0, 3)).toEqual([[0, 0, 255], [1, 10, 254], VOC_PALETTE[2]]);
    expect(model.palette?.length).toBe(256);
  });

  it("keeps the channels in RGB order where the file says so", () => {
    const { metadata, tensors } = tinyModel();
    const model = segmentationModel({ metadata: { ...metadata, channelOrder: "RGB" }, tensors }, "a");
    expect(model.preprocessing.order).toBe("rgb");
  });

  it("refuses single layers and networks without a score map", () => {
    const { metadata, tensors } = tinyModel();
    const { architecture, architectureOptions, channelOrder, mean } = metadata;
    const layers = { contents: "layers", architecture, architectureOptions, channelOrder, mean } as const;
    expect(() => segmentationModel({ metadata: layers, tensors }, "a.safetensors")).toThrow(OptionError);
    expect(() => segmentationModel({ metadata: layers, tensors }, "a.safetensors")).toThrow(
      'a.safetensors: expected a network with classes (deconvnet, fcn32s, fcn16s, fcn8s), got some layers of "deconvnet"',
    );
    for (const other of ["vgg16", "unet"]) {
      const file = { metadata: { ...metadata, architecture: other }, tensors };
      expect(() => segmentationModel(file, "a")).toThrow(`got the network "${other}"`);
    }
  });
});
