/** What every measure asks of a truth and a prediction. */
import { OptionError, ShapeError } from "../errors.ts";
import { type LabelMap, VOID } from "../labels/index.ts";

/**
 * Checks that a prediction can be compared with the truth.
 *
 * @param caller - Named in errors: the function that compares.
 * @param name - Named in errors, e.g. the file.
 * @throws {ShapeError} if the sizes differ.
 * @throws {OptionError} if a value is neither a class nor void, or the prediction holds void.
 */
export function checkPair(caller: string, truth: LabelMap, prediction: LabelMap, classes: number, name: string): void {
  if (truth.height !== prediction.height || truth.width !== prediction.width) {
    throw new ShapeError(
      `${caller}: ${name}: expected a prediction of the truth's size ${truth.height}x${truth.width} ` +
        `(height x width), got ${prediction.height}x${prediction.width}. Resize the scores before taking the argmax.`,
    );
  }
  checkLabels(caller, truth, classes, true, `the truth of ${name}`);
  checkLabels(caller, prediction, classes, false, `the prediction of ${name}`);
}

function checkLabels(caller: string, labels: LabelMap, classes: number, voidAllowed: boolean, what: string): void {
  for (let i = 0; i < labels.data.length; i++) {
    const value = labels.data[i]!;
    if (value < classes || (voidAllowed && value === VOID)) continue;
    const [x, y] = [i % labels.width, Math.floor(i / labels.width)];
    const rule = `0 to ${classes - 1}${voidAllowed ? ` and void ${VOID}` : ""}`;
    throw new OptionError(
      `${caller}: expected ${rule} in ${what}, got ${value} at (${x}, ${y}). ` +
        "Map the labels to the classes of the model first.",
    );
  }
}
