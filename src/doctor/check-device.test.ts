import { expect, test } from "vitest";
import { BackendError } from "../errors.ts";
import { checkDevice } from "./check-device.ts";
import type { Device } from "./measure-device.ts";

/** A device that fails as soon as a session is opened. */
function brokenDevice(error: Error): Device {
  const fail = (): Promise<never> => Promise.reject(error);
  return {
    runtime: { device: "broken", open: fail, availableMemory: () => undefined },
    training: { device: "broken", openTraining: fail, availableMemory: () => undefined },
  };
}

test("a device that cannot run is reported, form by form", async () => {
  const report = await checkDevice(brokenDevice(new BackendError("createSession: expected a device, got none.")));
  const error = "createSession: expected a device, got none.";
  expect(report).toEqual({
    device: "broken",
    ok: false,
    forms: [
      { form: "native", ok: false, times: null, figures: [], error },
      { form: "portable", ok: false, times: null, figures: [], error },
    ],
    native: null,
  });
});

test("only the forms that were asked for are run", async () => {
  const { forms } = await checkDevice(brokenDevice(new BackendError("no.")), { forms: ["portable"] });
  expect(forms.map(({ form }) => form)).toEqual(["portable"]);
});

test("a fault of the program is thrown, not reported", async () => {
  await expect(checkDevice(brokenDevice(new TypeError("x is undefined")))).rejects.toThrow(TypeError);
});
