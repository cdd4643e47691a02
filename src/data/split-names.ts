/** Names that splits have by custom. */

/** Splits to validate or test on, the likeliest first; none of their photos is to be trained on. */
export const HELD_OUT_SPLITS: readonly string[] = ["val", "valid", "validation", "test"];

/** A text file of such a name is a list, whatever it holds. */
export const USUAL_SPLITS: readonly string[] = ["train", "trainval", ...HELD_OUT_SPLITS];
