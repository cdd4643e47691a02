/** Worker entry: one thread of the CRF in Node. */
import { parentPort } from "node:worker_threads";
import { createJobHandler } from "../jobs.ts";

const handle = createJobHandler();
parentPort?.on("message", async (job) => {
  parentPort?.postMessage(await handle(job));
});
