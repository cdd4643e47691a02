/** Pieces of SVG text. Nothing in it refers to anything outside, so that it can be opened alone or stand in a page. */
import stringWidth from "string-width";

/** Control characters, which XML does not allow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be replaced
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text for between tags and inside quotes. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** A tag; attributes that are `undefined` are left out, `body` is markup already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  body = "",
): string {
  const fields = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === "number" ? shortNumber(value) : `${value}`)}"`);
  return body === "" ? `<${name}${fields.join("")}/>` : `<${name}${fields.join("")}>${body}</${name}>`;
}

export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
  readonly size?: number;
  readonly weight?: "bold";
  readonly transform?: string;
}

export function svgText(content: string, { x, y, anchor, fill, size, weight, transform }: TextPlace): string {
  const attributes = { x, y, "text-anchor": anchor, fill, "font-size": size, "font-weight": weight, transform };
  return element("text", attributes, escapeXml(content));
}

/** A whole picture of `width` x `height` px on white. */
export function svgDocument(width: number, height: number, title: string, body: string): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${shortNumber(width)} ${shortNumber(height)}`,
      role: "img",
      "font-family": "system-ui, sans-serif",
      "font-size": 12,
    },
    element("title", {}, escapeXml(title)) + element("rect", { width, height, fill: "white" }) + body,
  );
}

/** About how wide a text is, px: there is no font to ask. */
export function textLength(text: string, size = 12): number {
  return 0.6 * size * stringWidth(text);
}

function shortNumber(value: number): string {
  return `${Number(value.toFixed(2))}`;
}
