/** How long a user waits for the smallest things, medians: `npm run bench -- startup`. */
import { spawnSync } from "node:child_process";

const ROUNDS = 11;
const IMPORT = 'const start = performance.now(); await import("deconvnet"); console.log(performance.now() - start);';

function median(measure: () => number): number {
  const times = Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b);
  return times[Math.floor(ROUNDS / 2)] ?? 0;
}

const help = median(() => {
  const start = performance.now();
  spawnSync(process.execPath, ["dist/cli/main.js", "--help"]);
  return performance.now() - start;
});
const load = median(() => Number(spawnSync(process.execPath, ["--input-type=module", "--eval", IMPORT]).stdout));
console.log(`deconvnet --help, the whole process: ${help.toFixed(0)} ms`);
console.log(`import of deconvnet: ${load.toFixed(0)} ms`);
