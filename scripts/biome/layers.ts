/**
 * The dependency picture of the package as one table: folders of src/ by level, the few sideways imports, and the
 * folders that are open to users. `biome.json` and the checks of package.json are made from it.
 */

/** Folders of src/ from the ground up; a folder may import the levels before its own. */
export const LEVELS: readonly (readonly string[])[] = [
  ["tensor", "kernels"],
  ["image", "labels", "onnx"],
  ["autodiff", "nets", "weights", "data", "proposals", "crf", "evaluate", "visualize"],
  ["runtime", "runs"],
  ["train", "segment"],
  ["doctor", "propose"],
  ["cli"],
];

/** Imports within a level, each with its reason. */
export const SIDEWAYS: readonly { readonly from: string; readonly to: string; readonly reason: string }[] = [
  { from: "weights", to: "nets", reason: "layer names" },
  { from: "labels", to: "image", reason: "label maps are read from images" },
  { from: "train", to: "segment", reason: "validation on whole photos" },
];

/** Folders that take arrays and return arrays: no I/O, no clock, no global state, no randomness of their own. */
export const PURE_FOLDERS: readonly string[] = ["tensor", "proposals", "crf", "evaluate", "visualize"];

/** Folders that have a subpath of their own in `exports`, as far as they exist. */
export const PUBLIC_FOLDERS: readonly string[] = [
  "nets",
  "onnx",
  "autodiff",
  "train",
  "crf",
  "proposals",
  "evaluate",
  "visualize",
  "data",
  "image",
  "labels",
  "segment",
  "weights",
  "doctor",
];

export const FOLDERS: readonly string[] = LEVELS.flat();

/** The level of a folder; the ground is 0. */
export function levelOf(folder: string): number {
  return LEVELS.findIndex((folders) => folders.includes(folder));
}

/** Folders that `folder` may import. */
export function importable(folder: string): string[] {
  const below = LEVELS.slice(0, levelOf(folder)).flat();
  return [...below, ...SIDEWAYS.filter(({ from }) => from === folder).map(({ to }) => to)];
}
