/** How far long work is: one line that is written over on a terminal, a plain line now and then elsewhere. */
import type { TextOutput } from "./command.ts";
import { duration } from "./format-numbers.ts";

const TERMINAL_MS = 200;
const PLAIN_MS = 10_000;
/** Back to the start of the line, and everything in it erased. */
const ERASE = "\r\u001B[2K";

export class ProgressLine {
  readonly #output: TextOutput;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #shown = false;

  /** @param now - The time, ms. */
  constructor(output: TextOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  /** Shows a state; left out if the one before is too recent. */
  update(text: string): void {
    const terminal = this.#output.isTTY === true;
    const now = this.#now();
    if (now - this.#last < (terminal ? TERMINAL_MS : PLAIN_MS)) return;
    this.#last = now;
    // A line that wraps could not be erased.
    const width = (this.#output.columns ?? 80) - 1;
    this.#output.write(terminal ? `${ERASE}${text.slice(0, width)}` : `${text}\n`);
    this.#shown = terminal;
  }

  /** Writes a line that stays; what is shown of the progress makes way. */
  note(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }

  /** Takes the progress off the terminal. */
  clear(): void {
    if (this.#shown) this.#output.write(ERASE);
    this.#shown = false;
  }
}

/** `12/40 photos  1.5 photos/s  left 19 s`. */
export function progressText(done: number, total: number, seconds: number): string {
  const rate = done / seconds;
  return `${done}/${total} photos  ${rate.toFixed(1)} photos/s  left ${duration((total - done) / rate)}`;
}
