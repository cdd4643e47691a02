/** Class lists: the names of the classes, in the order of their ids. */
import { FormatError } from "../errors.ts";

/** The classes of PASCAL VOC, id 0 to 20. */
export const VOC_CLASSES: readonly string[] = Object.freeze([
  "background",
  "aeroplane",
  "bicycle",
  "bird",
  "boat",
  "bottle",
  "bus",
  "car",
  "cat",
  "chair",
  "cow",
  "diningtable",
  "dog",
  "horse",
  "motorbike",
  "person",
  "pottedplant",
  "sheep",
  "sofa",
  "train",
  "tvmonitor",
]);

/**
 * Reads a class list: a name a line, background first. Blank lines, spaces at the ends and Windows line ends do not matter.
 *
 * @param name - Named in errors, e.g. the path.
 * @throws {FormatError} if it has fewer than 2 or more than 255 names, or a name twice.
 */
export function parseClassList(text: string, name: string): string[] {
  const names = listLines(text);
  requireClassNames(names, `parseClassList: ${name}`);
  return names;
}

/**
 * Label values are 0 to 254, and names stand for them.
 *
 * @param source - Begins the message.
 * @throws {FormatError} if there are fewer than 2 or more than 255 names, or a name twice.
 */
export function requireClassNames(names: readonly string[], source: string): void {
  if (names.length < 2 || names.length > 255) {
    throw new FormatError(
      `${source}: expected 2 to 255 class names, one a line, background first, got ${names.length}.`,
    );
  }
  const twice = names.find((value, i) => names.indexOf(value) !== i);
  if (twice !== undefined) throw new FormatError(`${source}: expected each name once, got "${twice}" twice.`);
}

/** The text of a list: UTF-8, or UTF-16 with a byte order mark, as Windows PowerShell writes it. */
export function listText(bytes: Uint8Array): string {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(wide).decode(bytes);
}

/** The lines of a list without blanks around them; empty lines, a byte order mark and Windows line ends fall away. */
export function listLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
