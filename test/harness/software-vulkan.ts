/** `describe` for WebGPU in Node on the software driver of Debian's Chromium: left out without it, a failure if REQUIRE_PAGE=1. */
import { existsSync } from "node:fs";
import { describe, test } from "vitest";

const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

export const hasSoftwareVulkan: boolean = existsSync(DRIVER);

/** The environment of processes that run on it. */
export const SOFTWARE_VULKAN = { VK_DRIVER_FILES: DRIVER, VK_ICD_FILENAMES: DRIVER } as const;

export function describeWebGpu(name: string, suite: () => void): void {
  if (!hasSoftwareVulkan && process.env["REQUIRE_PAGE"] === "1") {
    test(name, () => {
      throw new Error(`REQUIRE_PAGE=1, but there is no ${DRIVER}. Add it: apt-get install chromium.`);
    });
    return;
  }
  // Worker threads copy the environment when they start.
  Object.assign(process.env, SOFTWARE_VULKAN);
  describe.skipIf(!hasSoftwareVulkan)(name, suite);
}
