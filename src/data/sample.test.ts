import { describe, expect, it } from "vitest";
import { drawShapes, TINY_VOC_CLASSES } from "../../test/builders/tiny-voc.ts";
import { CAFFE_PREPROCESSING, image, solidImage } from "../image/index.ts";
import { labelHistogram, labelMap, VOID } from "../labels/index.ts";
import { type ExampleSource, makeBatch, makeSample, renderView } from "./sample.ts";
import { type ClassIndex, createSampler } from "./sampler.ts";

const PHOTOS = 6;
const examples = Array.from({ length: PHOTOS }, (_, i) => ({ id: `${i}`, ...drawShapes(1, i) }));
const source: ExampleSource = { length: PHOTOS, read: async (photo) => examples[photo]! };
const index: ClassIndex = {
  classes: TINY_VOC_CLASSES.length,
  pixels: Uint32Array.from(examples.flatMap(({ labels }) => [...labelHistogram(labels).subarray(0, 4)])),
};
const sampler = createSampler(5, index, "balanced");
const options = { cropSize: 32, longerSide: [40, 90] } as const;

describe("makeSample", () => {
  it("has the shapes of the network's input, BGR minus the mean, and labels of the set", async () => {
    for (let k = 0; k < 20; k++) {
      const sample = await makeSample(source, sampler, 5, k, options);
      expect([sample.image.length, sample.labels.length]).toEqual([3 * 32 * 32, 32 * 32]);
      expect(sample.labels.every((label) => label < 4 || label === VOID)).toBe(true);
      expect(sample.image.every((value) => value >= -123 && value <= 152)).toBe(true);
    }
  });

  it("shows the class that the sample was drawn for when it is centred on an object", async () => {
    for (let k = 0; k < 40; k++) {
      const { classId } = sampler.pick(k);
      const { labels } = await makeSample(source, sampler, 5, k, { ...options, objectCentred: 1, objectJitter: 0 });
      expect(labels.includes(classId)).toBe(true);
    }
  });

  it("moves labels with the colours: red is disc, green square, blue triangle", async () => {
    const color = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };
    let [agree, counted] = [0, 0];
    for (let k = 0; k < 20; k++) {
      const { image: bgr, labels } = await makeSample(source, sampler, 5, k, { ...options, color });
      labels.forEach((label, i) => {
        if (label === VOID || label === 0) return;
        const rgb = [2, 1, 0].map((plane) => (bgr[plane * 1024 + i] ?? 0) + (CAFFE_PREPROCESSING.mean[plane] ?? 0));
        counted++;
        if (rgb.indexOf(Math.max(...rgb)) === label - 1) agree++;
      });
    }
    expect(counted).toBeGreaterThan(2000);
    expect(agree / counted).toBeGreaterThan(0.99);
  });
});

describe("makeBatch", () => {
  it("is its samples, one after the other, however they are batched", async () => {
    const batch = await makeBatch(source, sampler, 5, 4, 3, options);
    expect(batch).toMatchObject({ first: 4, size: 3 });
    for (let i = 0; i < 3; i++) {
      const sample = await makeSample(source, sampler, 5, 4 + i, options);
      expect(batch.images.subarray(i * 3072, (i + 1) * 3072)).toEqual(sample.image);
      expect(batch.labels.subarray(i * 1024, (i + 1) * 1024)).toEqual(sample.labels);
    }
  });
});

describe("a second network's input", () => {
  const second = { size: 48, preprocessing: { order: "rgb", mean: [128, 128, 128], std: [128, 128, 128] } } as const;

  it("shows the same view: halved it is nearly the first one's", async () => {
    for (let k = 0; k < 5; k++) {
      const sample = await makeSample(source, sampler, 5, k, { ...options, second: { ...second, size: 64 } });
      let worst = 0;
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          const at = (dy: number, dx: number): number =>
            128 * (sample.second[(2 * y + dy) * 64 + 2 * x + dx] ?? 0) + 128;
          const red = (sample.image[2 * 1024 + y * 32 + x] ?? 0) + 122.675;
          worst += Math.abs((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4 - red) / 1024;
        }
      }
      expect(worst).toBeLessThan(12); // drawn from noise of +-25, with narrower triangles
    }
  });

  it("changes nothing else, and is that of the samples in a batch", async () => {
    const batch = await makeBatch(source, sampler, 5, 4, 2, { ...options, second });
    const without = await makeBatch(source, sampler, 5, 4, 2, options);
    expect([batch.images, batch.labels]).toEqual([without.images, without.labels]);
    expect([batch.second.length, without.second.length]).toEqual([2 * 3 * 48 * 48, 0]);
    const { second: last } = await makeSample(source, sampler, 5, 5, { ...options, second });
    expect(batch.second.subarray(3 * 48 * 48)).toEqual(last);
  });
});

describe("renderView", () => {
  const plain = { rotation: 0, flip: false, color: { brightness: 1, contrast: 1, saturation: 1, hue: 0 } };

  it("pads with the mean colour and void", () => {
    const example = {
      id: "a",
      image: solidImage({ height: 2, width: 2 }, [9, 9, 9]),
      labels: labelMap(new Uint8Array(4), 2, 2),
    };
    const shown = renderView(example, { ...plain, box: { x: -1, y: 0, width: 4, height: 4 } }, 4, CAFFE_PREPROCESSING);
    expect([...shown.labels.data]).toEqual([255, 0, 0, 255, 255, 0, 0, 255, ...Array(8).fill(255)]);
    expect([...shown.image.data.subarray(0, 6)]).toEqual([123, 117, 104, 9, 9, 9]);
  });

  it("turns photo and labels alike, counter-clockwise", () => {
    const example = {
      id: "a",
      image: image(Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4), 2, 2),
      labels: labelMap(Uint8Array.of(1, 2, 3, 4), 2, 2),
    };
    const view = { ...plain, rotation: 90, box: { x: 0, y: 0, width: 2, height: 2 } };
    const shown = renderView(example, view, 2, CAFFE_PREPROCESSING);
    expect([...shown.labels.data]).toEqual([2, 4, 1, 3]);
    expect([0, 3, 6, 9].map((at) => shown.image.data[at])).toEqual([2, 4, 1, 3]);
  });

  it("turned, it has void where it has the mean colour", () => {
    const example = {
      id: "a",
      image: solidImage({ height: 20, width: 20 }, [9, 9, 9]),
      labels: labelMap(new Uint8Array(400), 20, 20),
    };
    const view = { ...plain, rotation: 30, box: { x: 0, y: 0, width: 20, height: 20 } };
    const { labels, image: turned } = renderView(example, view, 20, CAFFE_PREPROCESSING);
    const filled = Array.from(labels.data, (_, i) => turned.data[3 * i] === 123);
    expect(filled).toEqual(Array.from(labels.data, (label) => label === VOID));
    expect(filled.filter(Boolean).length).toBeGreaterThan(40);
  });

  it("mirrors photo and labels alike", () => {
    const example = {
      id: "a",
      image: image(Uint8Array.of(1, 1, 1, 2, 2, 2), 1, 2),
      labels: labelMap(Uint8Array.of(1, 2), 1, 2),
    };
    const view = { ...plain, flip: true, box: { x: 0, y: 0, width: 2, height: 1 } };
    const shown = renderView(example, view, 2, CAFFE_PREPROCESSING);
    expect([...shown.labels.data]).toEqual([2, 1, 2, 1]);
    expect([...shown.image.data.subarray(0, 6)]).toEqual([2, 2, 2, 1, 1, 1]);
  });
});
