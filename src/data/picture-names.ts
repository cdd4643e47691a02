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
 * Finds the file that was probably meant: of another kind, in other letters, or with a word before or after the id, as
 * `cat_mask.png` is for `cat`. A number makes another picture of it.
 */
export function similarName(id: string, names: readonly string[]): string | undefined {
  const wanted = id.toLowerCase();
  const stems = names
    .filter((name) => !name.startsWith("."))
    .map((name) => ({
      name,
      stem: name
        .slice(0, name.length - endingOf(name).length)
        .normalize("NFC")
        .toLowerCase(),
    }));
  const same = stems.find(({ stem }) => stem === wanted);
  return (same ?? stems.find(({ stem }) => addsWord(stem, wanted) || addsWord(wanted, stem)))?.name;
}

function addsWord(long: string, short: string): boolean {
  if (short === "") return false;
  const [before, after] = [long.slice(0, -short.length), long.slice(short.length)];
  return (
    (long === short + after && /^[\s._-]+\p{L}/u.test(after)) ||
    (long === before + short && /\p{L}[\s._-]+$/u.test(before))
  );
}

/** From the last dot on, which is not the first character. */
function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot) : "";
}
