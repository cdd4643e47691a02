/** Measured figures next to stored ones. */

/** What a figure is on a device that computes as it should. */
export interface ReferenceFigure {
  readonly name: string;
  readonly value: number;
}

export interface FigureCheck {
  readonly name: string;
  readonly expected: number;
  /** `null` if it was not measured, or is not a finite number. */
  readonly got: number | null;
  /** Relative to what was expected. */
  readonly difference: number | null;
  readonly ok: boolean;
}

/** Largest relative difference of a sound device; ONNX Runtime on x86-64 and as WebAssembly stays below 6e-6. */
export const FIGURE_TOLERANCE = 1e-4;

/**
 * Compares figures with stored ones; {@link FIGURE_TOLERANCE} is allowed.
 *
 * @param figures - By name; those that are not in the reference are left out.
 * @param reference - Values other than 0.
 * @returns One check for each stored figure, in the order of the reference.
 */
export function compareFigures(
  figures: ReadonlyMap<string, number>,
  reference: readonly ReferenceFigure[],
): FigureCheck[] {
  return reference.map(({ name, value }) => {
    const measured = figures.get(name);
    // JSON has no NaN and no infinity.
    const got = measured !== undefined && Number.isFinite(measured) ? measured : null;
    const difference = got === null ? null : Math.abs(got - value) / Math.abs(value);
    return { name, expected: value, got, difference, ok: difference !== null && difference <= FIGURE_TOLERANCE };
  });
}
