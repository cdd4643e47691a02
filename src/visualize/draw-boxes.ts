/** Boxes on a photo. */
import { type Box, type Image, image, type Rgb } from "../image/index.ts";
import { fillRectangle } from "./canvas.ts";

/** From the first box to the last: warm and bright to cold and dark. */
const FIRST: Rgb = [255, 220, 40];
const LAST: Rgb = [40, 90, 200];

/**
 * Draws the outlines of boxes: the first is the brightest and lies in front.
 *
 * @param photo - Not changed.
 * @param boxes - px; parts outside the photo are cut off.
 * @returns A picture of the photo's size.
 */
export function drawBoxes(photo: Image, boxes: readonly Box[]): Image {
  const picture = image(Uint8Array.from(photo.data), photo.height, photo.width);
  const thickness = Math.max(1, Math.round(Math.max(photo.width, photo.height) / 400));
  for (let i = boxes.length - 1; i >= 0; i--) drawOutline(picture, boxes[i] as Box, thickness, shade(i, boxes.length));
  return picture;
}

function shade(rank: number, count: number): Rgb {
  const way = count > 1 ? rank / (count - 1) : 0;
  const mix = (channel: 0 | 1 | 2): number => Math.round((1 - way) * FIRST[channel] + way * LAST[channel]);
  return [mix(0), mix(1), mix(2)];
}

/** The outline lies inside the box. */
function drawOutline(picture: Image, box: Box, thickness: number, color: Rgb): void {
  const [left, top] = [Math.round(box.x), Math.round(box.y)];
  const [right, bottom] = [Math.round(box.x + box.width), Math.round(box.y + box.height)];
  const [width, height] = [right - left, bottom - top];
  fillRectangle(picture, left, top, width, thickness, color);
  fillRectangle(picture, left, bottom - thickness, width, thickness, color);
  fillRectangle(picture, left, top, thickness, height, color);
  fillRectangle(picture, right - thickness, top, thickness, height, color);
}
