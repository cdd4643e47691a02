/** Forests in files: the layout goes by the name's ending. */
import { OptionError } from "../../errors.ts";
import { type EdgeForest, writeEdgeForest, writeOpenCvForest } from "../../proposals/index.ts";
import { writeFileAtomically } from "../../weights/node.ts";

const OPENCV = ".yml.gz";
const COMPACT = ".forest";

/** Whether the name ends with `.forest` (compact) or `.yml.gz` (OpenCV's layout). */
export function isForestName(path: string): boolean {
  return path.endsWith(OPENCV) || path.endsWith(COMPACT);
}

/**
 * Writes a forest.
 *
 * @throws {OptionError} if the name says no layout ({@link isForestName}), or the folder is missing.
 */
export async function writeForestFile(path: string, forest: EdgeForest): Promise<number> {
  if (!isForestName(path)) {
    throw new OptionError(
      `writeForestFile: expected a name that ends with ${COMPACT} (compact) or ${OPENCV} (OpenCV's layout), got ${path}.`,
    );
  }
  const bytes = await (path.endsWith(OPENCV) ? writeOpenCvForest(forest) : writeEdgeForest(forest));
  await writeFileAtomically(path, [bytes], "writeForestFile");
  return bytes.length;
}
