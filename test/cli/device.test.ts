/** `--device` as a user gives it: what is not there is one line with the way out. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runDeconvnet } from "../harness/run-process.ts";

const PHOTO = "examples/photos/kitten.jpg";
const OUT = join(tmpdir(), `deconvnet-device-${process.pid}`);

const segment = (device: string, env: Readonly<Record<string, string>> = {}) =>
  runDeconvnet(["segment", PHOTO, "--out", OUT, "--size", "64", "--device", device], { env });

describe("--device", () => {
  test("names the devices that there are", async () => {
    const { exit, stderr } = await segment("tpu");
    expect(exit).toBe(2);
    expect(stderr).toMatch(/'tpu' is invalid\. Allowed choices are cpu, webgpu, cuda, auto\.\n/);
  });

  test("a Vulkan driver that is not there", async () => {
    const { exit, stdout, stderr } = await segment("webgpu", { VK_DRIVER_FILES: "/nowhere.json" });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toBe(
      "deconvnet: webgpu: expected the Vulkan driver that VK_DRIVER_FILES or VK_ICD_FILENAMES names, got no file /nowhere.json. " +
        "Name one that is there, or use --device cpu.\n",
    );
  });

  test("CUDA files that are not installed", async () => {
    const { exit, stdout, stderr } = await segment("cuda");
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toMatch(/^deconvnet: cuda: expected the CUDA files .*--onnxruntime-node-install=cuda12.*\n$/);
  });

  test("auto says which it takes, and takes it", async () => {
    const { exit, stderr } = await segment("auto", { VK_DRIVER_FILES: "/nowhere.json" });
    rmSync(OUT, { recursive: true, force: true });
    expect(exit).toBe(0);
    expect(stderr).toMatch(/^device: cpu \(a convolution: cpu \d+\.\d ms, webgpu is not there, cuda is not there\)\n$/);
  });

  test.each(["0", "1000"])("%s threads", async (threads) => {
    const args = ["train", "--data", "examples/photos", "--run", OUT, "--set", `threads=${threads}`];
    const { exit, stdout, stderr } = await runDeconvnet(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/threads.*(1|256)/);
  });
});
