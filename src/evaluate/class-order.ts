/** A guess at why label maps of another tool score badly: that they count the classes in another order. */
import type { ConfusionMatrix } from "./confusion-matrix.ts";

/** Less of the objects than this was found: then they are not misnamed but missed. */
const FOUND = 0.5;
/** More of what was found than this has its class: then the order is right. */
const NAMED = 0.1;

/**
 * Says so if the predictions find the objects but name hardly any right.
 *
 * @param matrix - Counts over a set; class 0 is background.
 * @returns A sentence or two; `undefined` if the classes seem to be in order.
 */
export function classOrderNote(matrix: ConfusionMatrix): string | undefined {
  let [objects, found, named] = [0, 0, 0];
  for (let truth = 1; truth < matrix.classes; truth++) {
    for (let predicted = 0; predicted < matrix.classes; predicted++) {
      const count = matrix.at(truth, predicted);
      objects += count;
      if (predicted > 0) found += count;
      if (predicted === truth) named += count;
    }
  }
  if (found === 0 || found < FOUND * objects || named > NAMED * found) return undefined;
  const [foundShare, namedShare] = [found / objects, named / found].map((share) => (100 * share).toFixed(1));
  return (
    `${foundShare} % of the pixels of objects are predicted as some object, but only ${namedShare} % of these as the right class. ` +
    "If the files count the classes in another order, list them with --prediction-classes."
  );
}
