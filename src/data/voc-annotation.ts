/** Reads the objects of a VOC annotation, the XML file of a photo. Only what is asked for is read: names, boxes, difficult. */
import { FormatError } from "../errors.ts";
import type { Box } from "../image/index.ts";

export interface AnnotatedObject {
  readonly name: string;
  /** px, 0-based. */
  readonly box: Box;
  /** Left out when recall is measured, as VOC does. */
  readonly difficult: boolean;
}

/**
 * Reads the objects of an annotation. Their corners count from 1 and both belong to the box; here boxes count from 0.
 *
 * @param text - The XML file.
 * @param name - Named in errors, e.g. the path.
 * @throws {FormatError} if it is no annotation, or an object has no box with numbers in order.
 */
export function parseVocAnnotation(text: string, name: string): AnnotatedObject[] {
  const plain = withoutComments(text);
  if (!plain.includes("<annotation")) {
    throw new FormatError(
      `parseVocAnnotation: ${name}: expected <annotation>, got ${JSON.stringify(text.slice(0, 40))}.`,
    );
  }
  return elements(plain, "object", name).map((object) => {
    // Parts, such as heads and hands, have boxes of their own.
    const own = elements(object, "part", name).reduce((rest, part) => rest.replace(part, ""), object);
    const [corners] = elements(own, "bndbox", name);
    if (corners === undefined) {
      throw new FormatError(`parseVocAnnotation: ${name}: expected a <bndbox> in each object, got none.`);
    }
    const [left, top, right, bottom] = (["xmin", "ymin", "xmax", "ymax"] as const).map((side) =>
      Number(content(corners, side) ?? Number.NaN),
    ) as [number, number, number, number];
    if (!(right >= left && bottom >= top && [left, top, right, bottom].every(Number.isFinite))) {
      throw new FormatError(
        `parseVocAnnotation: ${name}: expected xmin to xmax and ymin to ymax, got ${left} to ${right} and ${top} to ${bottom}.`,
      );
    }
    return {
      name: content(own, "name") ?? "",
      box: { x: left - 1, y: top - 1, width: right - left + 1, height: bottom - top + 1 },
      difficult: content(own, "difficult") === "1",
    };
  });
}

/** What stands between each pair of tags, at any depth; looked for from left to right, once. */
function elements(text: string, tag: string, name: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(`<${tag}>`); at >= 0; at = text.indexOf(`<${tag}>`, at)) {
    const begin = at + tag.length + 2;
    const end = text.indexOf(`</${tag}>`, begin);
    if (end < 0) throw new FormatError(`parseVocAnnotation: ${name}: expected </${tag}>, got the end of the file.`);
    found.push(text.slice(begin, end));
    at = end;
  }
  return found;
}

function content(text: string, tag: string): string | undefined {
  const begin = text.indexOf(`<${tag}>`);
  const end = begin < 0 ? -1 : text.indexOf(`</${tag}>`, begin);
  return end < 0 ? undefined : text.slice(begin + tag.length + 2, end).trim();
}

function withoutComments(text: string): string {
  const [first = "", ...others] = text.split("<!--");
  return (
    first + others.map((part) => part.slice(part.includes("-->") ? part.indexOf("-->") + 3 : part.length)).join("")
  );
}
