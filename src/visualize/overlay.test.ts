import { describe, expect, it } from "vitest";
import { OptionError, ShapeError } from "../errors.ts";
import { solidImage } from "../image/index.ts";
import { labelMap } from "../labels/index.ts";
import { colorize, overlay } from "./overlay.ts";

const labels = labelMap(Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 255), 4, 5);
const photo = solidImage(labels, [100, 100, 100]);

describe("colorize", () => {
  it("gives every pixel the colour of its class", () => {
    expect([...colorize(labelMap(Uint8Array.of(0, 1, 255), 1, 3)).data]).toEqual([0, 0, 0, 128, 0, 0, 224, 224, 192]);
  });
});

describe("overlay", () => {
  it("keeps background and void, covers classes, and draws their edges in full", () => {
    const drawn = overlay(photo, labels, { opacity: 0.5 });
    const red = Array.from({ length: 20 }, (_, i) => drawn.data[3 * i]);
    const [keep, edge, inside] = [100, 128, 114];
    expect(red).toEqual([
      ...[keep, keep, keep, keep, keep],
      ...[keep, edge, edge, edge, keep],
      ...[keep, edge, inside, edge, keep],
      ...[keep, edge, inside, edge, keep],
    ]);
    expect(photo.data.every((value) => value === 100)).toBe(true);
  });

  it("refuses another size and an opacity outside 0 to 1", () => {
    expect(() => overlay(solidImage({ height: 5, width: 4 }, [0, 0, 0]), labels)).toThrow(ShapeError);
    expect(() => overlay(solidImage({ height: 5, width: 4 }, [0, 0, 0]), labels)).toThrow(/5x4 .*got 4x5/);
    expect(() => overlay(photo, labels, { opacity: 1.1 })).toThrow(OptionError);
  });
});
