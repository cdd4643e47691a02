/** File names of pictures: which endings they have, and which of them mean the same picture. */

/** Endings of the kinds of pictures that are decoded, as written in messages. */
export const PICTURE_ENDINGS: readonly string[] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif"];

/** True for a name that a picture has; those that begin with a dot are notes of the system, such as `._cat.jpg` of macOS. */
export function isPictureName(name: string): boolean {
  return !name.startsWith(".") && PICTURE_ENDINGS.includes(endingOf(name).toLowerCase());
}

/** The name without the ending of a picture; other names as they are. Accents are one character, as most systems have them. */
export function pictureId(name: string): string {
  const id = isPictureName(name) ? name.slice(0, -endingOf(name).length) : name;
  return id.normalize("NFC");
}

/**
 * Finds the file that was probably meant: of another kind, in other letters, or with a part before or after the id, as
 * `cat_mask.png` is for `cat`.
 */
export function similarName(id: string, names: readonly string[]): string | undefined {
  const wanted = id.toLowerCase();
  return names.find((name) => {
    const ending = endingOf(name);
    const stem = name.slice(0, name.length - ending.length).toLowerCase();
    return stem === wanted || extendsName(stem, wanted) || extendsName(wanted, stem);
  });
}

function extendsName(long: string, short: string): boolean {
  if (short === "") return false;
  const isJoint = (at: number): boolean => /[\s._-]/.test(long.at(at) ?? "");
  return (long.startsWith(short) && isJoint(short.length)) || (long.endsWith(short) && isJoint(-short.length - 1));
}

/** From the last dot on, which is not the first character. */
function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot) : "";
}
