import { expect, it } from "vitest";
import { checkEnergy } from "./energy.ts";
import { COMPACT_CRF, CRF_PRESETS, fitCrf, PAPER_CRF, PYDENSECRF_EXAMPLE, rescaleCrf } from "./index.ts";

it("holds presets that pass the checks", () => {
  for (const preset of Object.values(CRF_PRESETS)) expect(() => checkEnergy("test", preset)).not.toThrow();
});

it("rescales distances, and weights where the kernels are not normalised", () => {
  const twice = rescaleCrf(PYDENSECRF_EXAMPLE, 2);
  expect(twice.smoothness).toEqual({ spatialStd: 6, weight: 3 });
  expect(twice.appearance).toEqual({ spatialStd: 160, colorStd: 13, weight: 10 });
  expect(rescaleCrf(PAPER_CRF, 2).appearance).toEqual({ spatialStd: 40, colorStd: 3, weight: 1.25 });
  expect(
    rescaleCrf({ smoothness: { spatialStd: [2, 4], weight: 1 }, normalization: "after", iterations: 1 }, 0.5),
  ).toEqual({
    smoothness: { spatialStd: [1, 2], weight: 1 },
    normalization: "after",
    iterations: 1,
  });
});

it("fits a preset to a photo by the longer sides", () => {
  const fitted = fitCrf(PYDENSECRF_EXAMPLE, { height: 1000, width: 640 });
  expect(fitted).toEqual({ ...rescaleCrf(PYDENSECRF_EXAMPLE, 2), size: 1000 });
  expect(fitCrf(fitted, { height: 375, width: 500 })).toEqual(PYDENSECRF_EXAMPLE);
  const paper = fitCrf(PAPER_CRF, { height: 250, width: 200 });
  expect(paper.appearance).toEqual({ spatialStd: 10, colorStd: 3, weight: 20 });
  expect(fitCrf(paper, { height: 500, width: 375 })).toEqual(PAPER_CRF);
  const { appearance, smoothness } = COMPACT_CRF;
  expect(fitCrf(COMPACT_CRF, { height: 288, width: 384 })).toEqual({
    ...COMPACT_CRF,
    size: 384,
    smoothness: { ...smoothness, spatialStd: 2 * Number(smoothness?.spatialStd) },
    appearance: { ...appearance, spatialStd: 2 * Number(appearance?.spatialStd) },
  });
});
