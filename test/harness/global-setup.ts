/** The suites that start processes test dist/: it is built if it is behind the sources. */
import { build } from "../../scripts/build/build.ts";
import { isStale } from "../../scripts/build/is-stale.ts";

export default function setup(): void {
  if (isStale() && build() !== 0) throw new Error("The build failed; its messages are above.");
}
