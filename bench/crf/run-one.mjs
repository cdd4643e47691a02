/**
 * Mean fields with this library, in a process of its own, the same one again and again; prints one line of JSON like `bench/peers/pydensecrf/run.py`. Plain
 * JavaScript on the built package, so that no compiler's memory is measured. With `phase-clock.mjs` loaded before it, the line also has
 * what each thread spent where.
 */
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { meanField } from "deconvnet/crf";
import { openCrfThreads } from "deconvnet/crf/node";

const baseBytes = process.memoryUsage().rss;
const { height, width, classes, threads: count, ...problem } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const image = { height, width, data: new Uint8Array(readFileSync(problem.image)) };
const unary = { classes, height, width, data: new Float32Array(classes * height * width) };
const file = openSync(problem.unary);
readSync(file, new Uint8Array(unary.data.buffer));
closeSync(file);

const times = [];
const before = process.cpuUsage();
let [threads, labels] = [];
for (let call = 0; call < problem.calls; call++) {
  const start = performance.now();
  if (count > 1) threads ??= openCrfThreads(count);
  ({ labels } = await meanField(unary, image, threads ? { ...problem, threads } : problem));
  times.push((performance.now() - start) / 1000);
}
const { user, system } = process.cpuUsage(before);
writeFileSync(problem.labels, labels);
// Not maxRSS, which begins with what the parent had.
const peakBytes = 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
const phases = await globalThis.readPhases?.(threads ? threads.count - 1 : 0);
threads?.dispose();
process.stdout.write(`${JSON.stringify({ times, cpuSeconds: (user + system) / 1e6, peakBytes, baseBytes, phases })}\n`);
