/** A thread as the caller sees it: one request at a time. */
import { BackendError, OptionError } from "../errors.ts";
import type { CrfAnswer, CrfJob, CrfResults } from "./jobs.ts";

/** A worker as the platform gives it. */
export interface CrfWorker {
  post(job: CrfJob): void;
  /** Calls back with each answer, and once with an error if the worker ends. */
  listen(onAnswer: (answer: CrfAnswer) => void): void;
  terminate(): void;
}

/** A worker with its pending request; the next one waits for it. */
export interface Line {
  readonly worker: CrfWorker;
  answer: (answer: CrfAnswer) => void;
  broken: string | undefined;
}

export function openLine(worker: CrfWorker): Line {
  const line: Line = { worker, answer: () => undefined, broken: undefined };
  worker.listen((answer) => {
    if ("error" in answer) line.broken ??= answer.error;
    line.answer(answer);
  });
  return line;
}

/** Ends the thread; what it was asked for fails, which not every platform sees to. */
export function closeLine(line: Line, reason: string): void {
  line.worker.terminate();
  line.broken ??= reason;
  line.answer({ error: reason });
}

/**
 * Has a thread do a job.
 *
 * @throws {OptionError} that the thread threw. {@link BackendError} if the thread fails, now or before.
 */
export function ask<K extends CrfJob["kind"]>(line: Line, job: Extract<CrfJob, { kind: K }>): Promise<CrfResults[K]> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new BackendError(`meanField: expected a thread to do its part, got: ${reason}. Open the threads anew.`));
    if (line.broken !== undefined) {
      fail(line.broken);
      return;
    }
    line.answer = (answer) => {
      if ("error" in answer) fail(answer.error);
      else if ("refused" in answer) reject(new OptionError(answer.refused));
      // A thread answers the one request that it has.
      else resolve(answer.result as CrfResults[K]);
    };
    line.worker.post(job);
  });
}
