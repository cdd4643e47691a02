/** Forests in files: the layout goes by the name's ending. */
import { OptionError } from "../../errors.ts";
import { type EdgeForest, writeEdgeForest, writeOpenCvForest } from "../../proposals/index.ts";
import { writeFileAtomically } from "../../weights/node.ts";

const OPENCV = ".yml.gz";
const COMPACT = ".forest";

/** @throws {OptionError} unless the name ends with `.forest` (compact) or `.yml.gz` (OpenCV's layout). */
export function checkForestName(path: string): void {
  if (path.endsWith(OPENCV) || path.endsWith(COMPACT)) return;
  throw new OptionError(
    `writeForestFile: expected a name that ends with ${COMPACT} (compact) or ${OPENCV} (OpenCV's layout), got ${path}.`,
  );
}

/**
 * Writes a forest.
 *
 * @throws {OptionError} as {@link checkForestName}, or if the folder is missing.
 */
export async function writeForestFile(path: string, forest: EdgeForest): Promise<number> {
  checkForestName(path);
  const bytes = await (path.endsWith(OPENCV) ? writeOpenCvForest(forest) : writeEdgeForest(forest));
  await writeFileAtomically(path, [bytes], "writeForestFile");
  return bytes.length;
}
