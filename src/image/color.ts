/** Random changes of brightness, contrast, saturation and hue, applied as one affine map of the RGB values. */
import type { Random } from "../tensor/index.ts";
import { type Image, image } from "./image.ts";

/** How far colours may move: factors are drawn from [1 - s, 1 + s], the turn of the hue from [-hue, hue]. */
export interface ColorJitter {
  /** 0 to 1. */
  readonly brightness: number;
  /** 0 to 1. */
  readonly contrast: number;
  /** 0 to 1. */
  readonly saturation: number;
  /** In turns of the colour circle, 0 to 0.5. */
  readonly hue: number;
}

/** One drawn change; `{ brightness: 1, contrast: 1, saturation: 1, hue: 0 }` leaves a photo as it is. */
export type ColorChange = ColorJitter;

/** Draws a change; always four numbers of the stream, whatever the strengths are. */
export function drawColorChange(random: Random, jitter: ColorJitter): ColorChange {
  const around = (strength: number): number => strength * (2 * random.uniform() - 1);
  return {
    brightness: 1 + around(jitter.brightness),
    contrast: 1 + around(jitter.contrast),
    saturation: 1 + around(jitter.saturation),
    hue: around(jitter.hue),
  };
}

/** Luma weights of red, green and blue (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Applies a change of colour. In YIQ, chroma is turned by the hue and multiplied by the saturation; then everything is
 * multiplied by the brightness, and distances from the picture's mean luma by the contrast. Results are clipped to 0-255.
 */
export function changeColor(source: Image, change: ColorChange): Image {
  const matrix = chromaMatrix(change);
  const gain = change.brightness * change.contrast;
  const offset = change.brightness * (1 - change.contrast) * meanLuma(source) + 0.5; // + 0.5 rounds
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix.map((m) => m * gain) as unknown as Matrix;
  const data = new Uint8ClampedArray(source.data.length);
  for (let i = 0; i < data.length; i += 3) {
    const r = source.data[i]!;
    const g = source.data[i + 1]!;
    const b = source.data[i + 2]!;
    data[i] = Math.floor(rr * r + rg * g + rb * b + offset);
    data[i + 1] = Math.floor(gr * r + gg * g + gb * b + offset);
    data[i + 2] = Math.floor(br * r + bg * g + bb * b + offset);
  }
  return image(new Uint8Array(data.buffer), source.height, source.width);
}

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** RGB to RGB, rows first: keeps luma, turns and scales chroma in the plane of I and Q. */
function chromaMatrix({ saturation, hue }: ColorChange): Matrix {
  const cos = saturation * Math.cos(2 * Math.PI * hue);
  const sin = saturation * Math.sin(2 * Math.PI * hue);
  // RGB of I and of Q, and what I and Q take from R, G and B (NTSC).
  const toI = [0.5959, -0.2746, -0.3213] as const;
  const toQ = [0.2115, -0.5227, 0.3112] as const;
  const fromI = [0.956, -0.272, -1.106] as const;
  const fromQ = [0.619, -0.647, 1.703] as const;
  if (saturation === 1 && hue === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1]; // the constants above have only four digits
  return [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => {
      const i = cos * toI[column]! - sin * toQ[column]!;
      const q = sin * toI[column]! + cos * toQ[column]!;
      return LUMA[column]! + fromI[row]! * i + fromQ[row]! * q;
    }),
  ) as unknown as Matrix;
}

function meanLuma({ data }: Image): number {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i += 3) for (let c = 0; c < 3; c++) sums[c]! += data[i + c]!;
  return (3 / data.length) * sums.reduce((luma, sum, c) => luma + LUMA[c]! * sum, 0);
}
