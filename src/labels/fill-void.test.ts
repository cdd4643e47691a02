import { expect, test } from "vitest";
import { fillVoid } from "./fill-void.ts";
import { labelMap } from "./label-map.ts";

/** A map drawn with digits; `v` is void. */
function draw(...rows: readonly string[]): ReturnType<typeof labelMap> {
  const values = [...rows.join("")].map((cell) => (cell === "v" ? 255 : Number(cell)));
  return labelMap(Uint8Array.from(values), rows.length, rows[0]?.length ?? 0);
}

test("regions grow into void until they meet half-way", () => {
  const labels = draw("1vvvv2", "1vvvv2");
  expect(fillVoid(labels)).toEqual(draw("111222", "111222"));
  expect(labels).toEqual(draw("1vvvv2", "1vvvv2"));
});

test("no row runs into the next, labels stay, a map of void stays void", () => {
  expect(fillVoid(draw("00v", "v33"))).toEqual(draw("000", "033"));
  expect(fillVoid(draw("vv", "vv"))).toEqual(draw("vv", "vv"));
});
