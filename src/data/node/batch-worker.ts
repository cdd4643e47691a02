/** Worker entry: makes the batches that are asked for, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { makeBatch } from "../sample.ts";
import { createSampler } from "../sampler.ts";
import { type BatchPlan, type BatchReply, type BatchRequest, END, sendError } from "./batch-messages.ts";
import { sourceOf } from "./read-example.ts";

const plan = workerData as BatchPlan;
const source = sourceOf(plan.datasets);
const sampler = createSampler(plan.seed, plan.index, plan.sampling);
let queue: Promise<void> = Promise.resolve();
let ending = false;

parentPort?.on("message", (request: BatchRequest | typeof END) => {
  if (request === END) {
    ending = true;
    parentPort?.close();
    return;
  }
  queue = queue.then(() => (ending ? undefined : answer(request)));
});

async function answer({ first, size }: BatchRequest): Promise<void> {
  try {
    const batch = await makeBatch(source, sampler, plan.seed, first, size, plan.options);
    const reply: BatchReply = { first, batch };
    parentPort?.postMessage(reply, [batch.images.buffer, batch.labels.buffer, batch.second.buffer]);
  } catch (error) {
    const reply: BatchReply = { first, error: sendError(error) };
    parentPort?.postMessage(reply);
  }
}
