/** Worker entry: one thread of the CRF in a page. */
import { type CrfJob, createJobHandler } from "./jobs.ts";

const handle = createJobHandler();
addEventListener("message", async ({ data }: MessageEvent<CrfJob>) => {
  const { answer, transfer } = await handle(data);
  postMessage(answer, { transfer });
});
