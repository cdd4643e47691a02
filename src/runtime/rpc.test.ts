import { describe, expect, test } from "vitest";
import { BackendError, FormatError, OptionError, ShapeError } from "../errors.ts";
import { buffersOf, type Handler, type Port, RpcClient, serve } from "./rpc.ts";

/** Two ends of a port whose messages are copied and come later, as between threads. */
function portPair(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (own: number): Port => ({
    postMessage(message, transfer = []) {
      const copy: unknown = structuredClone(message, { transfer: [...transfer] });
      queueMicrotask(() => {
        for (const listener of listeners[1 - own] ?? []) listener(copy);
      });
    },
    onMessage: (listener) => listeners[own]?.push(listener),
  });
  return [end(0), end(1)];
}

function connect(handlers: Readonly<Record<string, Handler>>, onBusy?: (busy: boolean) => void): RpcClient {
  const [here, there] = portPair();
  serve(there, handlers);
  return new RpcClient(here, onBusy);
}

const value = (result: unknown): { value: unknown; transfer: ArrayBuffer[] } => ({ value: result, transfer: [] });

describe("calls", () => {
  test("are answered with the result", async () => {
    const client = connect({ add: ([a, b]) => Promise.resolve(value(Number(a) + Number(b))) });
    expect(await client.call("add", [2, 3])).toBe(5);
  });

  test("are worked off one after the other", async () => {
    const log: string[] = [];
    const client = connect({
      async work([name]) {
        log.push(`${String(name)} starts`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        log.push(`${String(name)} ends`);
        return value(undefined);
      },
    });
    await Promise.all([client.call("work", ["a"]), client.call("work", ["b"])]);
    expect(log).toEqual(["a starts", "a ends", "b starts", "b ends"]);
  });

  test("keep the caller alive while they are under way, and no longer", async () => {
    const busy: boolean[] = [];
    const client = connect({ echo: ([x]) => Promise.resolve(value(x)) }, (state) => busy.push(state));
    await Promise.all([client.call("echo", [1]), client.call("echo", [2])]);
    expect(busy).toEqual([true, true, false]);
  });

  test("hand buffers over", async () => {
    const client = connect({
      length: ([array]) => Promise.resolve(value((array as Uint8Array).length)),
    });
    const array = new Uint8Array(4);
    expect(await client.call("length", [array], { transfer: [array.buffer] })).toBe(4);
    expect(array).toHaveLength(0);
  });
});

describe("errors", () => {
  test.each([
    [new ShapeError("a"), ShapeError, "ERR_SHAPE"],
    [new OptionError("b"), OptionError, "ERR_OPTION"],
    [new FormatError("c"), FormatError, "ERR_FORMAT"],
    [new BackendError("d"), BackendError, "ERR_BACKEND"],
    [new RangeError("e"), BackendError, "ERR_BACKEND"],
  ])("%s keeps its class, code and message on the way", async (error, expected, code) => {
    const client = connect({ fail: () => Promise.reject(error) });
    const caught: unknown = await client.call("fail", []).catch((reason: unknown) => reason);
    expect(caught).toBeInstanceOf(expected);
    expect(caught).toMatchObject({ message: error.message, code });
  });

  test("a method that does not exist", async () => {
    const client = connect({ run: () => Promise.resolve(value(1)) });
    await expect(client.call("walk", [])).rejects.toThrow('expected one of run, got the method "walk".');
  });

  test("the next call is answered after one that failed", async () => {
    const client = connect({
      run: ([fails]) => (fails === true ? Promise.reject(new Error("no")) : Promise.resolve(value("yes"))),
    });
    await expect(client.call("run", [true])).rejects.toThrow("no");
    expect(await client.call("run", [false])).toBe("yes");
  });
});

describe("cancelling", () => {
  test("rejects at once with the signal's reason, and the other side is told", async () => {
    const told: boolean[] = [];
    const client = connect({
      async wait(_, signal) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        told.push(signal.aborted);
        return value(undefined);
      },
    });
    const controller = new AbortController();
    const call = client.call("wait", [], { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("stop")), 1);
    await expect(call).rejects.toThrow("stop");
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(told).toEqual([true]);
  });

  test("a call that waits its turn is not begun", async () => {
    const begun: unknown[] = [];
    const client = connect({
      async work([name]) {
        begun.push(name);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return value(name);
      },
    });
    const controller = new AbortController();
    const first = client.call("work", ["first"]);
    const second = client.call("work", ["second"], { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort();
    expect(await first).toBe("first");
    expect(await second).toMatchObject({ name: "AbortError" });
    expect(await client.call("work", ["third"])).toBe("third");
    expect(begun).toEqual(["first", "third"]);
  });

  test("a signal that is aborted already sends nothing", async () => {
    const client = connect({ run: () => Promise.reject(new Error("begun")) });
    await expect(client.call("run", [], { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  });
});

test("closing rejects what is pending and all later calls, with the first reason", async () => {
  const client = connect({ wait: () => new Promise(() => {}) });
  const pending = client.call("wait", []).catch((error: unknown) => error);
  client.close(new BackendError("gone"));
  client.close(new BackendError("gone again"));
  expect(await pending).toEqual(new BackendError("gone"));
  await expect(client.call("wait", [])).rejects.toThrow("gone");
});

test("buffersOf names each buffer once", () => {
  const buffer = new ArrayBuffer(16);
  const tensors = { a: { data: new Float32Array(buffer, 0, 2) }, b: { data: new Float32Array(buffer, 8, 2) } };
  expect(buffersOf(tensors)).toEqual([buffer]);
});
