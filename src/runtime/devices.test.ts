/** Devices and threads that may be asked for. */
import { expect, test } from "vitest";
import { OptionError } from "../errors.ts";
import { checkThreads, netFormFor, parseDeviceChoice } from "./devices.ts";

test.each(["cpu", "webgpu", "cuda", "auto"])("%s is a choice", (name) => {
  expect(parseDeviceChoice(name)).toBe(name);
});

test.each(["tpu", "", "CPU"])('"%s" is none', (name) => {
  expect(() => parseDeviceChoice(name)).toThrow(OptionError);
  expect(() => parseDeviceChoice(name)).toThrow(`device: expected one of cpu, webgpu, cuda, auto, got "${name}".`);
});

test.each([undefined, 1, 2, 256])("%s threads are fine", (threads) => {
  expect(() => checkThreads(threads)).not.toThrow();
});

test.each([0, 1000, -1, 1.5, Number.NaN])("%s threads are not", (threads) => {
  expect(() => checkThreads(threads)).toThrow(OptionError);
  expect(() => checkThreads(threads)).toThrow(
    `threads: expected a whole number from 1 to 256, got ${threads}. Leave it out for all cores.`,
  );
});

test("nets are built in the portable form where operators are missing", () => {
  expect(["cpu", "wasm", "webgpu", "cuda"].map(netFormFor)).toEqual(["native", "native", "portable", "portable"]);
});
