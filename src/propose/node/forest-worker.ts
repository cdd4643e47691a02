/** Worker entry: trains the trees whose numbers it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import { trainForestTree } from "../../proposals/index.ts";
import type { ForestPlan, ForestReply } from "./forest-messages.ts";

const { photos, options } = workerData as ForestPlan;
const reply = (message: ForestReply): void => parentPort?.postMessage(message);

parentPort?.on("message", (tree: number) => {
  const trained = trainForestTree(photos, tree, options, { onProgress: ({ nodes }) => reply({ tree, nodes }) });
  reply({ tree, trained });
});
