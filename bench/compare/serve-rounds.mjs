/**
 * What a measured program says to the bench, a line of JSON each: facts when it is ready; the milliseconds of its work after each "round" on
 * standard input; its peak memory after "end". Programs of this library are plain JavaScript on the built package, so that no
 * compiler's memory is measured.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Short work is repeated until a round has lasted this long, ms. */
const SHORTEST = 200;
/** Numbers that are compared with those of other programs. */
const SAMPLES = 1000;

/** What the bench asks for. */
export const settings = JSON.parse(process.argv[2] ?? "{}");

/** @param last - What is known only after the rounds. */
async function serveRounds(facts, work, last = () => ({})) {
  say({ facts });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "end") break;
    say({ milliseconds: await timed(work) });
  }
  // Not maxRSS, which begins with what the parent had.
  const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
  say({ peakBytes: 1024 * Number(kilobytes), ...last() });
  process.exit();
}

/** About a thousand of the numbers, evenly spread; the step is odd, so that no column of an image is preferred. */
function sampleOf(numbers) {
  const step = Math.floor(numbers.length / SAMPLES) | 1;
  return Array.from({ length: Math.ceil(numbers.length / step) }, (_, i) => numbers[i * step]);
}

async function timed(work) {
  const start = performance.now();
  for (let runs = 1; ; runs++) {
    await work();
    const time = performance.now() - start;
    if (time >= SHORTEST) return time / runs;
  }
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export { sampleOf, serveRounds };
