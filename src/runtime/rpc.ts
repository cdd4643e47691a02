/**
 * Calls across a message port: each request is answered once, with a result or an error; a request can be cancelled.
 * Library errors keep their class and code on the way.
 */
import * as errors from "../errors.ts";

/** What a worker thread and a page's worker have in common. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Ends the conversation; a worker that has nothing else to do then ends. */
  close(): void;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Cancel {
  readonly cancel: number;
}

/** Asks the other side to end once the call under way has. */
interface Close {
  readonly close: true;
}

interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: SerializedError;
}

interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Buffers to hand over instead of copying, beside the value to return. */
export interface Transferred<T> {
  readonly value: T;
  readonly transfer: readonly ArrayBuffer[];
}

export type Handler = (args: readonly unknown[], signal: AbortSignal) => Promise<Transferred<unknown>>;

/**
 * Answers requests, one after the other, in the order in which they came.
 *
 * @param release - Frees what the handlers hold, when the caller closes.
 */
export function serve(port: Port, handlers: Readonly<Record<string, Handler>>, release: () => Promise<void>): void {
  const controllers = new Map<number, AbortController>();
  let queue = Promise.resolve();
  port.onMessage((message) => {
    if (typeof message !== "object" || message === null) return;
    if ("cancel" in message) controllers.get((message as Cancel).cancel)?.abort();
    else if ("close" in message) {
      for (const controller of controllers.values()) controller.abort();
      queue = queue.then(release).finally(() => port.close());
    } else {
      const request = message as Request;
      const controller = new AbortController();
      controllers.set(request.id, controller);
      queue = queue
        .then(() => answer(port, handlers, request, controller.signal))
        .finally(() => controllers.delete(request.id));
    }
  });
}

async function answer(
  port: Port,
  handlers: Readonly<Record<string, Handler>>,
  { id, method, args }: Request,
  signal: AbortSignal,
): Promise<void> {
  try {
    signal.throwIfAborted();
    const handler = handlers[method];
    if (handler === undefined)
      throw new errors.BackendError(
        `serve: expected one of ${Object.keys(handlers).join(", ")}, got the method "${method}".`,
      );
    const { value, transfer } = await handler(args, signal);
    port.postMessage({ id, result: value } satisfies Response, transfer);
  } catch (error) {
    port.postMessage({ id, error: serializeError(error) } satisfies Response);
  }
}

function serializeError(error: unknown): SerializedError {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: "Error", message: String(error), stack: undefined };
}

function deserializeError({ name, message, stack }: SerializedError): Error {
  const classes: Readonly<Record<string, new (message: string) => Error>> = {
    ShapeError: errors.ShapeError,
    OptionError: errors.OptionError,
    FormatError: errors.FormatError,
  };
  const error = new (classes[name] ?? errors.BackendError)(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export interface CallOptions {
  readonly transfer?: readonly ArrayBuffer[];
  readonly signal?: AbortSignal | undefined;
}

/** The calling side of a port. */
export class RpcClient {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  readonly #onBusy: (busy: boolean) => void;
  #closed: Error | undefined;
  #next = 0;

  /** @param onBusy - Told whether calls are under way, so that an idle worker need not keep the process alive. */
  constructor(port: Port, onBusy: (busy: boolean) => void = () => {}) {
    this.#port = port;
    this.#onBusy = onBusy;
    port.onMessage((message) => this.#settle(message as Response));
  }

  /** Calls a method; an abort rejects at once, and the other side drops the call before its next step. */
  call<T>(method: string, args: readonly unknown[], { transfer = [], signal }: CallOptions = {}): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const id = this.#next++;
    let abort = () => {};
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      abort = () => {
        this.#port.postMessage({ cancel: id } satisfies Cancel);
        reject(signal?.reason);
      };
    });
    signal?.addEventListener("abort", abort, { once: true });
    this.#onBusy(true);
    this.#port.postMessage({ id, method, args } satisfies Request, transfer);
    return answer.finally(() => signal?.removeEventListener("abort", abort)) as Promise<T>;
  }

  /** Rejects what is pending, and all later calls; the other side ends after the call under way. */
  close(reason: Error): void {
    if (this.#closed === undefined) this.#port.postMessage({ close: true } satisfies Close);
    this.#closed ??= reason;
    for (const { reject } of this.#pending.values()) reject(this.#closed);
    this.#pending.clear();
    this.#onBusy(false);
  }

  #settle({ id, result, error }: Response): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#onBusy(false);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(deserializeError(error));
  }
}

/** The buffers of tensors, for handing them over. */
export function buffersOf(tensors: Readonly<Record<string, { readonly data: ArrayBufferView }>>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of Object.values(tensors)) if (data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  return [...buffers];
}
