/**
 * Adds up the time inside the compiled loops, by phase, in every thread of a process: preloaded by `node --import`, it wraps what
 * WebAssembly modules export. The library itself has no clock.
 */
import { BroadcastChannel, isMainThread, threadId } from "node:worker_threads";

const BUILD = ["start", "useTable", "moveTable", "vertexCount", "place", "findNext", "linkRuns"];
/** Where the bytes of a row are among the arguments; rows of 16 bytes measure the normalisation. */
const STRIDE_AT = { splat: 6, blur: 3, slice: 9 };

const seconds = { build: 0, norm: 0, splat: 0, blur: 0, slice: 0, softmax: 0 };

function phaseOf(name, args) {
  if (BUILD.includes(name)) return "build";
  if (name === "clear") return "blur";
  const at = STRIDE_AT[name];
  if (at === undefined) return "softmax";
  return args[at] === 16 ? "norm" : name;
}

function timed(name, loop) {
  return (...args) => {
    const begin = performance.now();
    try {
      return loop(...args);
    } finally {
      seconds[phaseOf(name, args)] += (performance.now() - begin) / 1000;
    }
  };
}

const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (module, imports) => {
  const { exports } = await instantiate(module, imports);
  return { exports: Object.fromEntries(Object.entries(exports).map(([name, loop]) => [name, timed(name, loop)])) };
};

const channel = new BroadcastChannel("crf-phases");
channel.unref();
/** `other` is what this thread did outside of the loops, since it began. */
const report = () => {
  const inLoops = Object.values(seconds).reduce((sum, part) => sum + part, 0);
  return { thread: threadId, ...seconds, other: performance.eventLoopUtilization().active / 1000 - inLoops };
};
if (!isMainThread) {
  channel.onmessage = () => channel.postMessage(report());
}

/** What every thread spent, the caller's own first. */
globalThis.readPhases = async (workers) => {
  const answers = [];
  if (workers > 0) {
    channel.ref();
    await new Promise((resolve) => {
      channel.onmessage = ({ data }) => {
        answers.push(data);
        if (answers.length === workers) resolve();
      };
      channel.postMessage("report");
    });
    channel.unref();
  }
  return [report(), ...answers.sort((a, b) => a.thread - b.thread)];
};
