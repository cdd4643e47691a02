/** Where the browser of the page tests is. */
import { existsSync } from "node:fs";

const USUAL_PLACE = "/usr/bin/chromium";

function wantedPath(): string {
  return process.env["CHROMIUM_PATH"] ?? USUAL_PLACE;
}

/** Path of Chromium, or undefined if there is none. */
export function findChromium(): string | undefined {
  return existsSync(wantedPath()) ? wantedPath() : undefined;
}

/** Whether the page tests must run: set where Chromium is known to be installed. */
export function isPageRequired(): boolean {
  return process.env["REQUIRE_PAGE"] === "1";
}

export function noChromium(): string {
  return `no Chromium at ${wantedPath()}. Add it (apt-get install chromium) or set CHROMIUM_PATH.`;
}
