/** The photos that ship with the package, as a data set to learn on. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatasetError } from "../../errors.ts";
import { applyMapping, decodeLabelMap, encodeLabelMap, mapClasses, VOC_CLASSES } from "../../labels/index.ts";
import { listFolder } from "./folder-layout.ts";
import { splitName, type VocItem, writeVocFolder } from "./write-voc-folder.ts";

const CLASSES: readonly string[] = ["background", "cat", "cow", "dog", "horse", "person", "sheep"];
/** One each of the classes that have two photos. */
const VALIDATED: readonly string[] = ["kitten", "two-spaniels"];

/**
 * Writes the free photos of the package that have label maps as a VOC set of 7 classes: 6 photos to train on, 2 to validate
 * on, and their credits.
 *
 * @param folder - New, or empty.
 * @throws {OptionError} if something is in the folder already.
 * @throws {DatasetError} if this copy of the package has no photos.
 */
export async function writeSampleSet(folder: string): Promise<void> {
  const source = fileURLToPath(new URL("../../../examples/photos", import.meta.url));
  const maps = ((await listFolder(join(source, "labels"))) ?? []).filter((name) => name.endsWith(".png"));
  const ids = maps.map((name) => splitName(name).id);
  if (ids.length === 0) {
    throw new DatasetError(`writeSampleSet: expected the photos of the package, got none in ${source}.`, source);
  }
  const lists = {
    train: ids.filter((id) => !VALIDATED.includes(id)),
    val: ids.filter((id) => VALIDATED.includes(id)),
    trainval: ids,
  };
  const texts = { "CREDITS.md": await readFile(join(source, "README.md"), "utf8") };
  const content = {
    items: samplePhotos(source, ids),
    photoFolder: "JPEGImages",
    lists,
    classes: CLASSES,
    texts,
  } as const;
  await writeVocFolder(folder, content, "writeSampleSet");
}

async function* samplePhotos(source: string, ids: readonly string[]): AsyncGenerator<VocItem, void, void> {
  const photos = new Map(((await listFolder(source)) ?? []).map((name) => [splitName(name).id, name]));
  const mapping = mapClasses(VOC_CLASSES, CLASSES);
  for (const id of ids) {
    const name = photos.get(id) ?? "";
    const path = join(source, "labels", `${id}.png`);
    const labels = applyMapping(decodeLabelMap(await readFile(path), path), mapping, path);
    const photo = await readFile(join(source, name));
    yield { id, photo, ending: splitName(name).ending, labels: encodeLabelMap(labels) };
  }
}
