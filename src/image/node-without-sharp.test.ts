import { expect, it, vi } from "vitest";
import { BackendError } from "../errors.ts";
import { decodePhoto } from "./node.ts";

vi.mock("sharp", () => {
  throw new Error('Could not load the "sharp" module using the linux-x64 runtime\nPossible solutions: many lines');
});

it("says in one line how to install sharp where it cannot be loaded", async () => {
  const failure = decodePhoto(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), "a.jpg");
  await expect(failure).rejects.toThrow(BackendError);
  await expect(failure).rejects.toThrow(
    /^decodePhoto: expected the package sharp, got "[^\n]*"\. Install it: npm install sharp$/,
  );
});
