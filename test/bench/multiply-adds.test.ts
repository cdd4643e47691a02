/** The arithmetic of a net, counted by hand. */
import { expect, test } from "vitest";
import { forwardMultiplyAdds, stepMultiplyAdds } from "../../bench/compare/multiply-adds.ts";
import { deconvNet } from "../../src/nets/index.ts";

const OPTIONS = {
  inputSize: 32,
  classes: 2,
  widths: [1, 1, 1, 1, 1],
  fcWidth: 0,
  decoderLayers: [1, 1, 1, 1, 1],
} as const;

// Encoder: pixels of blocks 1 to 5 by their layers; conv1_1 reads 3 channels. Decoder: the same pixels, one layer a block.
const PIXELS = [32 ** 2, 16 ** 2, 8 ** 2, 4 ** 2, 2 ** 2];
const DEPTHS = [2, 2, 3, 3, 3];
const CONVOLUTIONS = 9 * PIXELS.reduce((sum, pixels, block) => sum + pixels * (DEPTHS[block] ?? 0), 2 * 32 ** 2);
const DECONVOLUTIONS = 9 * PIXELS.reduce((sum, pixels) => sum + pixels, 0);
const SCORES = 2 * 32 ** 2;
const ALL = CONVOLUTIONS + DECONVOLUTIONS + SCORES;

test("counts convolutions and deconvolutions of a forward pass", () => {
  expect(forwardMultiplyAdds(deconvNet(OPTIONS), 3)).toBe(3 * ALL);
});

test("a step counts each layer three times, but the first one's input needs no gradient", () => {
  const net = deconvNet({ ...OPTIONS, mode: "training" });
  expect(stepMultiplyAdds(net, 2)).toBe(2 * (3 * ALL - 9 * 3 * 32 ** 2));
});

test("frozen layers in front count once, and the first behind them twice", () => {
  const front = ["conv1_1", "conv1_2", "conv2_1", "conv2_2"];
  const net = deconvNet({ ...OPTIONS, mode: "training", frozen: new Set(front), plainBlocks: 2 });
  const frozen = 9 * (4 * 32 ** 2 + 2 * 16 ** 2);
  expect(stepMultiplyAdds(net, 1)).toBe(frozen + 3 * (ALL - frozen) - 9 * 8 ** 2);
});
