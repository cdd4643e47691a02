/** What becomes of the runtime's messages (onnxruntime-node 1.30): one line with the way out. */
import { describe, expect, test } from "vitest";
import { BackendError, FormatError } from "../errors.ts";
import { failureOf, isFallback, refusalOf } from "./refusal.ts";

describe("a session that is refused", () => {
  test("for a file with the model's numbers that is gone", () => {
    const error = refusalOf(
      new Error(
        'External data path validation failed for initializer: w. Error: tensorprotoutils.cc:461 ValidateExternalDataPathFromDir External data path does not exist: "/models/w.bin"',
      ),
      "cpu",
    );
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(
      "createSession: expected the file that holds the model's numbers, got none at /models/w.bin. Put it back beside the model.",
    );
  });

  test("for one that is shorter than the model says", () => {
    const error = refusalOf(
      new Error(
        "Deserialize tensor w failed.tensorprotoutils.cc:1763 GetExtDataFromTensorProto External initializer: w offset: 96 size to read: 4000 given file_length: 100 are out of bounds or can not be read in full.",
      ),
      "cpu",
    );
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(
      'createSession: expected at least 4096 bytes in the file that holds "w", got 100. Fetch or copy it again.',
    );
  });

  test("for nodes without a kernel, which are named", () => {
    const cause = new Error(
      "This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.",
    );
    expect(isFallback(cause)).toBe(true);
    expect(refusalOf(cause, "webgpu", ["MaxUnpool (unpool5)"]).message).toBe(
      "createSession: expected a graph that webgpu runs all of, got nodes that it has no kernel for: MaxUnpool (unpool5). " +
        'Build the net in the portable form: unpooling "portable", batchNorm "primitives".',
    );
  });

  test("for want of a graphics processor", () => {
    const error = refusalOf(new Error("webgpu_context.cc:136 Failed to get a WebGPU adapter: No adapters\n"), "webgpu");
    expect(error).toBeInstanceOf(BackendError);
    expect(error.message).toMatch(/^createSession: .* got none\. .*--device cpu\.$/);
  });

  test("for a build or a browser without the device", () => {
    const error = refusalOf(new Error("no available backend found. ERR: [webgpu] backend not found."), "webgpu");
    expect(error).toBeInstanceOf(BackendError);
    expect(error.message).toMatch(/a build of ONNX Runtime with webgpu, got none .*Use another device\.$/);
  });

  test("for anything else, in the runtime's first line", () => {
    expect(refusalOf(new Error("bad\nlong"), "cpu").message).toMatch(/it refuses: bad$/);
    expect(isFallback(new Error("bad"))).toBe(false);
  });
});

test("a device that fails half-way says how to go on; the processor has no other device to go to", () => {
  const lost = new Error("WebGPU device lost (2): driver reset\nstack");
  expect(failureOf(lost, "webgpu")).toBeInstanceOf(BackendError);
  expect(failureOf(lost, "webgpu").message).toBe(
    "run: expected ONNX Runtime to finish on webgpu, got its error: WebGPU device lost (2): driver reset. " +
      "The device or its driver failed: start again, with a smaller batch or --device cpu.",
  );
  expect(failureOf(new Error("bad shape"), "cpu").message).toBe(
    "run: expected ONNX Runtime to finish on cpu, got its error: bad shape",
  );
});
