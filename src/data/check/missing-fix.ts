/** What to do about ids that have no photo or no label map. */
import { isPictureName, PICTURE_ENDINGS } from "../picture-names.ts";

/**
 * Says it in a sentence.
 *
 * @param kind - What is missing.
 * @param ids - The ids without it.
 * @param similar - The name of a file that was probably meant.
 */
export function missingFix(
  kind: "photo" | "labels",
  [id = ""]: readonly string[],
  similar: string | undefined,
): string {
  if (/[\\/,;\t]/.test(id)) return "A line of a list is one id or file name, without folders.";
  if (similar !== undefined && isPictureName(similar)) {
    return `There is ${similar}: a photo and its label map have the same name, but for the ending.`;
  }
  if (similar !== undefined) {
    const kinds = kind === "labels" ? "label maps are .png" : `photos are ${PICTURE_ENDINGS.join(", ")}`;
    return `There is ${similar}: ${kinds}.`;
  }
  return "Add the files, or take the ids out of the lists.";
}
