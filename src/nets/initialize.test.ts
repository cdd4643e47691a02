import { describe, expect, test } from "vitest";
import "../../test/matchers.ts";
import { bilinearKernel, deconvNet, fcn, initialize } from "./index.ts";

const SMALL = { inputSize: 64, widths: [16, 16, 32, 32, 32], fcWidth: 64 } as const;

function deviation(data: Float32Array): number {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
}

const numbersOf = (parameters: ReturnType<typeof initialize>, name: string): Float32Array =>
  parameters.get(name)?.data as Float32Array;

describe("He's initialiser", () => {
  const parameters = initialize(deconvNet(SMALL), { seed: 1 });

  test.each([
    ["conv3_1.weight", Math.sqrt(2 / (16 * 9))],
    ["fc6.weight", Math.sqrt(2 / (32 * 4))],
    ["deconv5_1.weight", Math.sqrt(2 / (32 * 9))],
    // From one pixel: each output sees every channel once.
    ["fc6-deconv.weight", Math.sqrt(2 / 64)],
  ])("%s has the deviation of its fan-in", (name, expected) => {
    expect(deviation(numbersOf(parameters, name)) / expected).toBeCloseTo(1, 1);
  });

  test("biases and shifts are 0, scales 1, statistics those of a standard distribution", () => {
    const distinct = (name: string): number[] => [...new Set(numbersOf(parameters, name))];
    expect(distinct("conv1_1.bias")).toEqual([0]);
    expect(distinct("bn1_1.shift")).toEqual([0]);
    expect(distinct("bn1_1.scale")).toEqual([1]);
    expect(distinct("bn1_1.running_mean")).toEqual([0]);
    expect(distinct("bn1_1.running_var")).toEqual([1]);
  });
});

test("the paper's initialiser: decoder and scores with deviation 0.01, shifts 0.001", () => {
  const parameters = initialize(deconvNet(SMALL), { seed: 1, initializer: "paper" });
  for (const name of ["deconv4_2.weight", "fc6-deconv.weight", "seg-score-voc.weight"]) {
    expect(deviation(numbersOf(parameters, name))).toBeCloseTo(0.01, 3);
  }
  expect(deviation(numbersOf(parameters, "conv4_2.weight"))).toBeCloseTo(Math.sqrt(2 / (32 * 9)), 2);
  expect(numbersOf(parameters, "debn3_1.shift")[0]).toBe(Math.fround(0.001));
});

test("numbers depend on the seed and the name alone, not on the other layers", () => {
  const a = initialize(deconvNet(SMALL), { seed: 1 });
  const thinner = initialize(deconvNet({ ...SMALL, decoderLayers: [1, 1, 1, 1, 1] }), { seed: 1 });
  expect(thinner.get("deconv5_3.weight")).toEqual(a.get("deconv5_3.weight"));
  expect(initialize(deconvNet(SMALL), { seed: 2 }).get("conv1_1.weight")).not.toEqual(a.get("conv1_1.weight"));
  expect(numbersOf(a, "conv4_2.weight")).not.toEqual(numbersOf(a, "conv4_3.weight"));
});

describe("FCN", () => {
  test("scores start at 0; upsampling is bilinear, channel by channel", () => {
    const net = fcn({ height: 64, width: 64, classes: 3, widths: [2, 2, 2, 2, 2], fcWidth: 2 });
    const parameters = initialize(net, { seed: 1 });
    expect(numbersOf(parameters, "score_fr.weight")).toEqual(new Float32Array(6));
    const weight = numbersOf(parameters, "upscore2.weight");
    for (let channel = 0; channel < 9; channel++) {
      const kernel = weight.subarray(channel * 16, (channel + 1) * 16);
      expect(kernel).toEqual(channel % 4 === 0 ? bilinearKernel(4) : new Float32Array(16));
    }
  });

  test("the kernel of 4 is the outer product of (1/4, 3/4, 3/4, 1/4), that of 3 of (1/2, 1, 1/2)", () => {
    const rows = [1, 3, 3, 1].flatMap((a) => [1, 3, 3, 1].map((b) => (a * b) / 16));
    expect(bilinearKernel(4)).toEqual(Float32Array.from(rows));
    expect([...bilinearKernel(3)]).toEqual([0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25]);
  });
});
