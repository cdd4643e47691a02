/** `describe` for page tests: left out without Chromium, a failure if REQUIRE_PAGE=1. */
import { describe, test } from "vitest";
import { findChromium, isPageRequired, noChromium } from "./chromium.ts";

export function describePage(name: string, suite: () => void): void {
  if (findChromium() === undefined && isPageRequired()) {
    test(name, () => {
      throw new Error(`REQUIRE_PAGE=1, but there is ${noChromium()}`);
    });
  } else {
    describe.skipIf(findChromium() === undefined)(name, suite);
  }
}
