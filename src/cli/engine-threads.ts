/** How many threads ONNX Runtime takes when nothing is asked of it: it does not tell, so they are counted. */
import { readdirSync } from "node:fs";
import { encodeModel, GraphBuilder } from "../onnx/index.ts";
import type { EngineOptions } from "../runtime/index.ts";
import { nodeRuntime } from "../runtime/node.ts";

/** @returns Threads of one operator, or `undefined` where the system does not list a process's threads (all but Linux). */
export async function countEngineThreads(): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  // The first session also starts threads that stay.
  await countThreadsDuring({});
  const single = await countThreadsDuring({ threads: 1 });
  return 1 + (await countThreadsDuring({})) - single;
}

async function countThreadsDuring(options: EngineOptions): Promise<number> {
  const g = new GraphBuilder("threads");
  g.output(g.op("Relu", [g.input("x", "float32", [1])]));
  const session = await nodeRuntime.open(encodeModel(g.build()), options);
  // Not through node:fs/promises, which would start threads of its own.
  const threads = readdirSync("/proc/self/task").length;
  await session.dispose();
  return threads;
}
