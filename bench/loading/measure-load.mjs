/**
 * One case of bench/loading.bench.ts, in plain JavaScript so that no compiler is in this process's time and memory:
 * `node measure-load.mjs FILE`. Prints JSON; times in ms from the start of the process.
 */
import { readFileSync } from "node:fs";
import { solidImage } from "deconvnet/image";
import { loadSegmenter } from "deconvnet/node";

const imported = performance.now();
const notes = [];
const segmenter = await loadSegmenter(process.argv[2], { onNote: (text) => notes.push(text) });
const loaded = performance.now();
const photo = solidImage({ height: segmenter.size, width: segmenter.size }, [120, 90, 60]);
await segmenter.segment(photo);
const first = performance.now();
await segmenter.segment(photo);
const second = performance.now() - first;
await segmenter.dispose();
if (notes.length > 0) throw new Error(notes.join("\n"));
const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    imported,
    loaded,
    first,
    second,
    processor: (user + system) / 1000,
    peak: 1024 * Number(kilobytes),
  }),
);
