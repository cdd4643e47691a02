/** How much memory a CRF needs, said before it is allocated. */
import { BackendError } from "../errors.ts";
import type { Unary } from "./input.ts";

/** The unary, the marginals and the labels that go in and out. */
export function inputOutputBytes({ classes, height, width }: Pick<Unary, "classes" | "height" | "width">): number {
  return height * width * (8 * classes + 1);
}

/** Refuses what would pass the limit. */
export function checkMemory(caller: string, { classes, height, width }: Unary, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new BackendError(
    `${caller}: expected to need at most ${megabytes(limit)} of memory (memoryLimit), got ${megabytes(bytes)} or more for ${classes} classes and ${height}x${width} px. ` +
      "Use meanFieldTiled, keep fewer classes, or work at a smaller size.",
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
