/** Class scores to labels and probabilities, over the first axis of `[classes, height, width]`. */
import { ShapeError } from "../errors.ts";

/** `[classes, height, width]`. */
export type ScoreShape = readonly [classes: number, height: number, width: number];

/**
 * The class with the largest score at each pixel; of equal scores the first class.
 *
 * @param scores - Score or probability map, float32, shape `[classes, height, width]`, any range.
 * @param shape - Its shape; at most 255 classes, since label 255 is void.
 * @returns Labels, uint8, shape `[height, width]`.
 * @throws {ShapeError} if the shape does not fit the array.
 */
export function argmax(scores: Float32Array, shape: ScoreShape): Uint8Array<ArrayBuffer> {
  const [classes, pixels] = checkScores("argmax", scores, shape);
  if (classes > 255) throw new ShapeError(`argmax: expected at most 255 classes (255 is void), got ${classes}.`);
  const labels = new Uint8Array(pixels);
  const best = scores.slice(0, pixels);
  for (let c = 1; c < classes; c++) {
    const plane = c * pixels;
    for (let i = 0; i < pixels; i++) {
      const score = scores[plane + i]!;
      if (score > best[i]!) {
        best[i] = score;
        labels[i] = c;
      }
    }
  }
  return labels;
}

/**
 * Softmax over the classes; the largest score of each pixel is subtracted first, so that large scores do not overflow.
 *
 * @param scores - Score map, float32, shape `[classes, height, width]`, any finite range.
 * @param shape - Its shape.
 * @returns Probability map, float32, same shape; every pixel sums to 1.
 * @throws {ShapeError} if the shape does not fit the array.
 */
export function softmax(scores: Float32Array, shape: ScoreShape): Float32Array<ArrayBuffer> {
  const [classes, pixels] = checkScores("softmax", scores, shape);
  const probabilities = new Float32Array(scores.length);
  const largest = scores.slice(0, pixels);
  const sum = new Float64Array(pixels);
  for (let c = 1; c < classes; c++) {
    const plane = c * pixels;
    for (let i = 0; i < pixels; i++) if (scores[plane + i]! > largest[i]!) largest[i] = scores[plane + i]!;
  }
  for (let c = 0; c < classes; c++) {
    const plane = c * pixels;
    for (let i = 0; i < pixels; i++) {
      const e = Math.exp(scores[plane + i]! - largest[i]!);
      probabilities[plane + i] = e;
      sum[i]! += e;
    }
  }
  for (let c = 0; c < classes; c++) {
    const plane = c * pixels;
    for (let i = 0; i < pixels; i++) probabilities[plane + i]! /= sum[i]!;
  }
  return probabilities;
}

function checkScores(caller: string, scores: Float32Array, shape: ScoreShape): [classes: number, pixels: number] {
  const [classes, height, width] = shape;
  if (classes < 1 || scores.length !== classes * height * width) {
    throw new ShapeError(
      `${caller}: expected ${classes * height * width} scores for the shape [${shape.join(", ")}], got ${scores.length}.`,
    );
  }
  return [classes, height * width];
}
