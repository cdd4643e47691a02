/** Makes `npx deconvnet` work in the checkout itself. */
import { lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { COMMAND, ROOT } from "./paths.ts";

/**
 * Puts a link to the command into node_modules/.bin.
 *
 * npm links the commands of dependencies, not those of the package itself. npx links them into a cache of its own, but
 * for good without the command if the first call came before the first build; then it looks here.
 * On Windows npx is left to its cache, and a node_modules that is itself a link is another checkout's.
 */
export function linkCommand(): void {
  const modules = join(ROOT, "node_modules");
  if (process.platform === "win32" || lstatSync(modules).isSymbolicLink()) return;
  const bin = join(modules, ".bin");
  const link = join(bin, "deconvnet");
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(relative(bin, COMMAND), link);
}
