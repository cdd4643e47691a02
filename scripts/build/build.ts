/** TypeScript to dist/, the command made executable and found by npx. */
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { linkCommand } from "./link-command.ts";
import { COMMAND, COMPILER, DIST, ROOT } from "./paths.ts";

/** Builds from scratch; returns the exit code. A failed build leaves no dist/ that looks finished. */
export function build(): number {
  rmSync(DIST, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [COMPILER, "-p", "tsconfig.build.json"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) return status ?? 1;
  chmodSync(COMMAND, 0o755);
  linkCommand();
  return 0;
}
