/** Boxes on a photo. */
import { type Box, type Image, image, type Rgb } from "../image/index.ts";
import { fillRectangle } from "./canvas.ts";

/** From the first box to the last: warm and bright to cold and dark, by way of a red, for halfway from yellow to blue is grey. */
const STOPS: readonly [Rgb, Rgb, Rgb] = [
  [255, 220, 40],
  [225, 45, 90],
  [40, 90, 215],
];

/** The colour of the box of a rank, from 0, among `count`. */
export function boxColor(rank: number, count: number): Rgb {
  const way = count > 1 ? (2 * rank) / (count - 1) : 0;
  const [from, to] = way < 1 ? [STOPS[0], STOPS[1]] : [STOPS[1], STOPS[2]];
  const share = way < 1 ? way : way - 1;
  const mix = (channel: 0 | 1 | 2): number => Math.round((1 - share) * from[channel] + share * to[channel]);
  return [mix(0), mix(1), mix(2)];
}

/**
 * Draws the outlines of boxes: the first is the brightest, twice as thick as the others, and lies in front.
 *
 * @param photo - Not changed.
 * @param boxes - px; parts outside the photo are cut off.
 * @returns A picture of the photo's size.
 */
export function drawBoxes(photo: Image, boxes: readonly Box[]): Image {
  const picture = image(Uint8Array.from(photo.data), photo.height, photo.width);
  const thickness = Math.max(1, Math.round(Math.max(photo.width, photo.height) / 400));
  for (let i = boxes.length - 1; i >= 0; i--) {
    drawOutline(picture, boxes[i] as Box, i === 0 ? 2 * thickness : thickness, boxColor(i, boxes.length));
  }
  return picture;
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
