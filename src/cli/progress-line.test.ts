import { describe, expect, test } from "vitest";
import { ProgressLine } from "./progress-line.ts";

function progressOn(output: { isTTY?: boolean; columns?: number }): {
  line: ProgressLine;
  written: string[];
  wait: (ms: number) => void;
} {
  const written: string[] = [];
  let now = 0;
  const line = new ProgressLine({ ...output, write: (text) => written.push(text) }, () => now);
  const wait = (ms: number): void => {
    now += ms;
  };
  return { line, written, wait };
}

describe("on a terminal", () => {
  test("one line is written over, and makes way for notes", () => {
    const { line, written, wait } = progressOn({ isTTY: true });
    line.update("1/3");
    wait(100);
    line.update("left out: too soon");
    wait(150);
    line.update("2/3");
    line.note("saved");
    line.note("saved again");
    wait(250);
    line.update("3/3");
    line.clear();
    line.clear();
    expect(written).toEqual([
      "\r\u001B[2K1/3",
      "\r\u001B[2K2/3",
      "\r\u001B[2K",
      "saved\n",
      "saved again\n",
      "\r\u001B[2K3/3",
      "\r\u001B[2K",
    ]);
  });

  test("a line never wraps", () => {
    const { line, written } = progressOn({ isTTY: true, columns: 6 });
    line.update("0123456789");
    expect(written).toEqual(["\r\u001B[2K01234"]);
  });
});

test("in a pipe there is a plain line at the start and every ten seconds", () => {
  const { line, written, wait } = progressOn({});
  for (let second = 0; second <= 20; second++) {
    line.update(`${second} s`);
    if (second === 5) line.note("saved");
    wait(1000);
  }
  line.clear();
  expect(written).toEqual(["0 s\n", "saved\n", "10 s\n", "20 s\n"]);
});
