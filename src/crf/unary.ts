/** Unaries (energies -log p, nats) from what networks and people give: probability maps, score maps, label maps. */
import { OptionError, ShapeError } from "../errors.ts";
import { MAX_CLASSES, type Unary } from "./input.ts";

/** Options of {@link unaryFromProbabilities}. */
export interface ProbabilityUnaryOptions {
  /** Probabilities below this count as this, (0, 1). */
  readonly floor?: number;
  /** Mixes with the uniform distribution: 1 trusts the map, 0 ignores it; [0, 1]. */
  readonly confidence?: number;
}

export const PROBABILITY_UNARY_DEFAULTS = Object.freeze({ floor: 1e-5, confidence: 1 });

/**
 * Energies of a probability map.
 *
 * @param data - Probability map, float32, shape `[classes, height, width]`, [0, 1].
 * @throws {ShapeError} if the shape does not fit the array.
 * @throws {OptionError} if a probability is outside [0, 1], or an option outside its range.
 */
export function unaryFromProbabilities(
  data: Float32Array,
  [classes, height, width]: readonly [classes: number, height: number, width: number],
  options: ProbabilityUnaryOptions = {},
): Unary {
  const { floor, confidence } = { ...PROBABILITY_UNARY_DEFAULTS, ...options };
  checkLength("unaryFromProbabilities", data, classes, height, width);
  if (!(floor > 0 && floor < 1))
    throw new OptionError(`unaryFromProbabilities: expected floor in (0, 1), got ${floor}.`);
  if (!(confidence >= 0 && confidence <= 1)) {
    throw new OptionError(`unaryFromProbabilities: expected confidence in [0, 1], got ${confidence}.`);
  }
  const energies = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const probability = data[i]!;
    // Sums of float32 may pass 1 by a rounding.
    if (!(probability >= 0 && probability <= 1.001)) {
      throw new OptionError(
        `unaryFromProbabilities: expected probabilities in [0, 1], got ${probability} at element ${i}. Use unaryFromScores for raw scores.`,
      );
    }
    const mixed = confidence * probability + (1 - confidence) / classes;
    energies[i] = -Math.log(Math.min(Math.max(mixed, floor), 1));
  }
  return { classes, height, width, data: energies };
}

/**
 * Energies of raw class scores: -log softmax, computed without forming the probabilities, so that nothing saturates.
 *
 * @param scores - Score map, float32, shape `[classes, height, width]`, finite.
 * @throws {ShapeError} if the shape does not fit the array.
 */
export function unaryFromScores(
  scores: Float32Array,
  [classes, height, width]: readonly [classes: number, height: number, width: number],
): Unary {
  checkLength("unaryFromScores", scores, classes, height, width);
  const pixels = height * width;
  const energies = new Float32Array(scores.length);
  for (let i = 0; i < pixels; i++) {
    let largest = scores[i]!;
    for (let c = 1; c < classes; c++) largest = Math.max(largest, scores[c * pixels + i]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(scores[c * pixels + i]! - largest);
    const logPartition = largest + Math.log(sum);
    for (let c = 0; c < classes; c++) energies[c * pixels + i] = logPartition - scores[c * pixels + i]!;
  }
  return { classes, height, width, data: energies };
}

/** Options of {@link unaryFromLabels}. */
export interface LabelUnaryOptions {
  /** Probability that a given label is right, (0, 1). */
  readonly confidence: number;
  /** The label that says nothing (every class equally probable); 255, void, by default. */
  readonly unknown?: number;
}

/**
 * Energies of a label map that is right with a given probability, the rest shared by the other classes.
 *
 * @param labels - Uint8, shape `[height, width]`, class ids below `classes`, or the unknown label.
 * @throws {ShapeError} if the shape does not fit the array.
 * @throws {OptionError} if a label is no class, or the confidence is outside (0, 1).
 */
export function unaryFromLabels(
  labels: Uint8Array,
  [classes, height, width]: readonly [classes: number, height: number, width: number],
  { confidence, unknown = 255 }: LabelUnaryOptions,
): Unary {
  checkLength("unaryFromLabels", labels, 1, height, width);
  if (!(confidence > 0 && confidence < 1)) {
    throw new OptionError(`unaryFromLabels: expected confidence in (0, 1), got ${confidence}.`);
  }
  if (!(Number.isInteger(classes) && classes >= 1 && classes <= MAX_CLASSES)) {
    throw new OptionError(`unaryFromLabels: expected 1 to ${MAX_CLASSES} classes, got ${classes}.`);
  }
  const pixels = height * width;
  const given = -Math.log(confidence);
  const energies = new Float32Array(classes * pixels).fill(
    classes > 1 ? -Math.log((1 - confidence) / (classes - 1)) : given,
  );
  for (let i = 0; i < pixels; i++) {
    const label = labels[i]!;
    if (label === unknown) for (let c = 0; c < classes; c++) energies[c * pixels + i] = Math.log(classes);
    else if (label < classes) energies[label * pixels + i] = given;
    else {
      throw new OptionError(
        `unaryFromLabels: expected class ids below ${classes} or the unknown label ${unknown}, got ${label} at x ${i % width}, y ${Math.floor(i / width)}.`,
      );
    }
  }
  return { classes, height, width, data: energies };
}

function checkLength(caller: string, data: ArrayLike<number>, classes: number, height: number, width: number): void {
  if (data.length !== classes * height * width || data.length === 0) {
    throw new ShapeError(
      `${caller}: expected ${classes * height * width} values for the shape [${classes}, ${height}, ${width}], got ${data.length}.`,
    );
  }
}
