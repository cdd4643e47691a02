/** Worker entry: one thread of the CRF in a page. */
import { type CrfJob, createJobHandler } from "./jobs.ts";

const handle = createJobHandler();
addEventListener("message", async ({ data }: MessageEvent<CrfJob>) => {
  postMessage(await handle(data));
});
