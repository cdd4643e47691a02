import { expect, test } from "vitest";
import type { Tensor } from "../onnx/index.ts";
import { describeModel, modelInfo } from "./info.ts";
import { decodeSafetensorsHeader, encodeSafetensors } from "./safetensors.ts";

const TENSORS = new Map<string, Tensor>([
  ["conv1_1.weight", { type: "float16", shape: [2, 3, 30, 10], data: new Uint16Array(1800) }],
  ["conv1_1.bias", { type: "float32", shape: [2], data: new Float32Array(2) }],
  ["step", { type: "float32", shape: [], data: new Float32Array(1) }],
]);
const METADATA = new Map([
  ["architecture", "deconvnet"],
  ["mean", "[1,2,3]"],
]);

test("describeModel prints metadata, a table and totals", () => {
  const file = encodeSafetensors(TENSORS, METADATA);
  expect(describeModel(modelInfo(decodeSafetensorsHeader(file, "m.safetensors")))).toBe(
    `m.safetensors: ${file.length.toLocaleString("en-US")} bytes

architecture  deconvnet
mean          [1,2,3]

tensor          dtype  shape           values  bytes
conv1_1.weight  F16    [2, 3, 30, 10]   1,800  3,600
conv1_1.bias    F32    [2]                  2      8
step            F32    []                   1      4

F16: 1 tensors, 1,800 values, 3,600 bytes
F32: 2 tensors, 3 values, 12 bytes
in all: 3 tensors, 1,803 values, 3,612 bytes
`,
  );
});

test("describeModel says so little of an empty file", () => {
  const header = decodeSafetensorsHeader(encodeSafetensors(new Map()), "empty.safetensors");
  expect(describeModel(modelInfo(header))).toBe(
    "empty.safetensors: 16 bytes\n\ntensor  dtype  shape  values  bytes\n\nin all: 0 tensors, 0 values, 0 bytes\n",
  );
});

test("describeModel cuts long texts and escapes what a terminal would obey", () => {
  const metadata = new Map([["note", `\u001b]0;title\u0007\n\u202e${"x".repeat(2000)}`]]);
  const text = describeModel(modelInfo(decodeSafetensorsHeader(encodeSafetensors(TENSORS, metadata), "m")));
  expect(text).toContain("note  \\u001b]0;title\\u0007\\u000a\\u202exxx");
  expect(text).toContain("xxx… (2,012 characters)\n");
  expect(text.length).toBeLessThan(1200);
});

test("modelInfo is the same as JSON, numbers as numbers and metadata whole", () => {
  const long = "x".repeat(2000);
  const file = encodeSafetensors(TENSORS, new Map([...METADATA, ["note", long]]));
  const info = modelInfo(decodeSafetensorsHeader(file, "m.safetensors"));
  const json: unknown = JSON.parse(JSON.stringify(info));
  expect(json).toEqual(info);
  expect(info.metadata).toEqual({ architecture: "deconvnet", mean: "[1,2,3]", note: long });
  expect(info.tensors[0]).toEqual({
    name: "conv1_1.weight",
    dtype: "F16",
    shape: [2, 3, 30, 10],
    values: 1800,
    bytes: 3600,
    offset: file.length - 3600,
  });
  expect(info.totals).toEqual({ tensors: 3, values: 1803, bytes: 3612 });
});
