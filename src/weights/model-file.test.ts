import { describe, expect, test } from "vitest";
import { FormatError, OptionError, ShapeError } from "../errors.ts";
import type { Tensor } from "../onnx/index.ts";
import { decodeModelFile, encodeModelFile, type ModelFile } from "./model-file.ts";
import type { LayersMetadata, NetMetadata } from "./model-metadata.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const NET: NetMetadata = {
  contents: "net",
  architecture: "deconvnet",
  architectureOptions: { widths: { "64": 8, "4096": 24 }, inputSize: 64, unpooling: "portable", batchNorm: true },
  channelOrder: "BGR",
  mean: [103.939, 116.779, 123.68],
  classNames: ["background", "cat", "n/a"],
  palette: [
    [0, 0, 0],
    [64, 0, 0],
    [192, 128, 128],
  ],
  evaluationSize: 256,
  training: {
    dataSets: [{ name: "VOC2012 animals", split: "train", images: 1464 }],
    seed: 1,
    samples: 28000,
    steps: 1750,
    details: { solver: { name: "adamw", learningRate: 0.001 }, scores: [0.29, null] },
  },
  license: "MIT; VGG-16 layers CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
};

const LAYERS: LayersMetadata = {
  contents: "layers",
  architecture: "vgg16",
  architectureOptions: {},
  channelOrder: "BGR",
  mean: [1, 2, 3],
};

function float32(shape: number[], ...values: number[]): Tensor {
  return { type: "float32", shape, data: Float32Array.from(values) };
}

const TENSORS = new Map<string, Tensor>([
  ["conv1_1.weight", float32([1, 2, 1, 1], 0.5, 1 / 3)],
  ["conv1_1.bias", float32([1], 1 / 3)],
  ["bn1_1.scale", float32([1], 1 / 3)],
  ["bn1_1.shift", float32([1], -1 / 3)],
  ["bn1_1.running_mean", float32([1], 1e5 + 1 / 3)],
  ["bn1_1.running_var", float32([1], 1e6)],
  ["fc6.weight", float32([2, 1], 2, 3)],
  ["fc6-deconv.weight", float32([1, 1, 1, 2], -4, 5)],
]);
const MODEL: ModelFile = { metadata: NET, tensors: TENSORS };

describe("encodeModelFile", () => {
  test("stores layer weights as float16 and everything else as float32", async () => {
    const { tensors } = decodeSafetensors(await encodeModelFile(MODEL), "x");
    const halves = [...tensors].filter(([, { type }]) => type === "float16").map(([name]) => name);
    expect(halves).toEqual(["conv1_1.weight", "fc6.weight", "fc6-deconv.weight"]);
    for (const [name, { type }] of tensors) if (!halves.includes(name)) expect(type).toBe("float32");
  });

  test("a name ending in .weight of another rank is no layer weight", async () => {
    const tensors = new Map([["loss.weight", float32([3], 1, 2, 1e6)]]);
    const file = decodeSafetensors(await encodeModelFile({ metadata: LAYERS, tensors }), "x");
    expect(file.tensors.get("loss.weight")?.type).toBe("float32");
  });

  test("a weight of 1e6 is a FormatError with tensor and value, and fits as float32", async () => {
    const tensors = new Map([["fc7.weight", float32([1, 3], 0, 1e6, 1)]]);
    const encoding = encodeModelFile({ metadata: LAYERS, tensors });
    await expect(encoding).rejects.toThrow(FormatError);
    await expect(encoding).rejects.toThrow('got 1000000 at index 1 of tensor "fc7.weight"');
    const bytes = await encodeModelFile({ metadata: LAYERS, tensors }, { storage: "float32" });
    expect((await decodeModelFile(bytes, "x")).tensors).toEqual(tensors);
  });

  test("refuses tensors that are not float32", async () => {
    const tensors = new Map<string, Tensor>([
      ["conv1_1.weight", { type: "float16", shape: [1], data: Uint16Array.of(1) }],
    ]);
    await expect(encodeModelFile({ metadata: LAYERS, tensors })).rejects.toThrow(ShapeError);
  });

  test("writes each field as a string under its own key", async () => {
    const { metadata } = decodeSafetensors(await encodeModelFile(MODEL), "x");
    expect(metadata.get("format_version")).toBe("1");
    expect(metadata.get("architecture")).toBe("deconvnet");
    expect(metadata.get("class_names")).toBe('["background","cat","n/a"]');
    expect(metadata.get("mean")).toBe("[103.939,116.779,123.68]");
    expect([...metadata.keys()].sort()).toEqual([
      "architecture",
      "architecture_options",
      "channel_order",
      "class_names",
      "contents",
      "evaluation_size",
      "format_version",
      "license",
      "mean",
      "palette",
      "training",
    ]);
  });
});

describe("decodeModelFile", () => {
  test("gives float32 tensors and the same metadata; variances of 1e6 are exact", async () => {
    const model = await decodeModelFile(await encodeModelFile(MODEL), "x");
    expect(model.metadata).toEqual(NET);
    expect([...model.tensors.keys()]).toEqual([...TENSORS.keys()]);
    for (const [name, { shape, data }] of TENSORS) {
      const read = model.tensors.get(name);
      expect(read?.type).toBe("float32");
      expect(read?.shape).toEqual(shape);
      if (!name.endsWith(".weight")) expect(read?.data).toEqual(data);
    }
    expect(model.tensors.get("bn1_1.running_var")?.data[0]).toBe(1e6);
    // 1/3 in float16: eleven significant bits.
    expect(model.tensors.get("conv1_1.weight")?.data).toEqual(Float32Array.of(0.5, 1365 / 4096));
  });

  test("encodes to the same bytes again, in both storages", async () => {
    for (const storage of ["float16", "float32"] as const) {
      const bytes = await encodeModelFile(MODEL, { storage });
      expect(await encodeModelFile(await decodeModelFile(bytes, "x"), { storage })).toEqual(bytes);
    }
  });

  test("passes over keys of other programs", async () => {
    const file = decodeSafetensors(await encodeModelFile(MODEL), "x");
    const metadata = new Map([...file.metadata, ["format", "pt"]]);
    expect((await decodeModelFile(encodeSafetensors(file.tensors, metadata), "x")).metadata).toEqual(NET);
  });

  test("refuses tensors that are no float", async () => {
    const file = decodeSafetensors(await encodeModelFile(MODEL), "x");
    const tensors = new Map<string, Tensor>([["n", { type: "int32", shape: [1], data: Int32Array.of(1) }]]);
    await expect(decodeModelFile(encodeSafetensors(tensors, file.metadata), "m.safetensors")).rejects.toThrow(
      'decodeModelFile: expected tensor "n" to be float32 or float16, got int32 in m.safetensors.',
    );
  });

  /** Decodes the file of MODEL after one string of its metadata was replaced, or removed. */
  async function decodeWith(key: string, text: string | undefined): Promise<ModelFile> {
    const file = decodeSafetensors(await encodeModelFile(MODEL), "x");
    const metadata = new Map(file.metadata);
    if (text === undefined) metadata.delete(key);
    else metadata.set(key, text);
    return await decodeModelFile(encodeSafetensors(file.tensors, metadata), "m.safetensors");
  }

  test.each<[string, string | undefined, string]>([
    [
      "format_version",
      undefined,
      "format_version 1, got none in m.safetensors. It is not a model file of this package.",
    ],
    ["format_version", "2", 'format_version 1, got "2" in m.safetensors. Use the version that wrote it.'],
    ["architecture", undefined, "architecture: "],
    ["architecture", "../DeconvNet", "architecture: expected lower-case letters"],
    ["contents", "everything", "contents: "],
    ["contents", "layers", "nrecognized key"],
    ["class_names", '["background","cat"', "class_names to be JSON"],
    ["class_names", '["background","cat","cat"]', "classNames: expected names that differ"],
    ["class_names", '["background","cat"]', "palette: expected one colour for each class name"],
    ["class_names", "[]", "classNames: "],
    ["class_names", JSON.stringify(Array.from({ length: 256 }, (_, i) => `${i}`)), "at most 255 classes"],
    ["palette", "[[0,0,0],[0,0,256],[0,0,1]]", "palette.1.2: "],
    ["mean", "[1,2]", "mean: "],
    ["mean", "[1,2,null]", "mean.2: "],
    ["channel_order", "GBR", "channelOrder: "],
    ["evaluation_size", "0", "evaluationSize: "],
    ["evaluation_size", undefined, "evaluationSize: "],
    ["training", '{"dataSets":[]}', "training.dataSets: "],
    ["training", '{"dataSets":[{"name":"/data/voc"}]}', 'absolute path at training.dataSets.0.name: "/data/voc"'],
    ["architecture_options", '{"a":{"__proto__":{"b":1}}}', "the key architectureOptions.a.__proto__"],
    ["architecture_options", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, "more than 16 levels of nesting"],
  ])("refuses %s = %s", async (key, text, message) => {
    const decoding = decodeWith(key, text);
    await expect(decoding).rejects.toThrow(FormatError);
    await expect(decoding).rejects.toThrow(message);
    await expect(decoding).rejects.toThrow("m.safetensors");
  });
});

describe("absolute paths in metadata", () => {
  const withText = (details: string): ModelFile => ({
    metadata: { ...LAYERS, training: { dataSets: [{ name: "a" }], details: { list: [{ from: details }] } } },
    tensors: TENSORS,
  });

  test.each([
    "/data",
    "/home/anna/voc",
    "trained on /home/anna/voc",
    "C:\\voc",
    "d:/voc",
    "from=D:\\voc",
    "\\\\server\\voc",
    "~/voc",
    "file:///voc",
    '"/srv/voc"',
  ])("refuses %s", async (text) => {
    const encoding = encodeModelFile(withText(text));
    await expect(encoding).rejects.toThrow(OptionError);
    await expect(encoding).rejects.toThrow("absolute path at training.details.list.0.from");
  });

  test("refuses one as a key", async () => {
    const metadata = { ...LAYERS, architectureOptions: { "/home/anna/voc": 1 } };
    await expect(encodeModelFile({ metadata, tensors: TENSORS })).rejects.toThrow("absolute path");
  });

  test.each([
    "VOC2012",
    "cat/dog",
    "and / or",
    "1 /2",
    "https://example.org/a/b",
    "see https://example.org/a",
    "ratio 3:2",
    "a~b",
  ])("accepts %s", async (text) => {
    const { metadata } = await decodeModelFile(await encodeModelFile(withText(text)), "x");
    expect(metadata.training?.details).toEqual({ list: [{ from: text }] });
  });
});
