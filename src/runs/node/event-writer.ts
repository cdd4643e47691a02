/** TensorBoard's file of a run: one for each time that it is started or resumed. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeEventFileStart, encodePoint, type TrainingPoint } from "../events.ts";

export class EventWriter {
  readonly #folder: string;
  #path: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Appends a point; the first one makes the file. */
  async append(point: Omit<TrainingPoint, "time">): Promise<void> {
    const time = Date.now() / 1000;
    if (this.#path === undefined) {
      // TensorBoard finds files by "tfevents" in their name and reads them in the order of their names.
      this.#path = join(this.#folder, `events.out.tfevents.${Math.floor(time)}.deconvnet`);
      await appendFile(this.#path, encodeEventFileStart(time, point.samples));
    }
    await appendFile(this.#path, encodePoint({ ...point, time }));
  }
}
