/**
 * What a device needs on this machine, looked at before the runtime does: what that prints is no help, and it goes on without
 * saying what to install.
 */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { BackendError } from "../../errors.ts";
import type { DeviceName } from "../devices.ts";

const LOADER = "libvulkan.so.1";

/** Debian's Chromium brings a Vulkan driver in software. */
const SOFTWARE_DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

const SOFTWARE_HINT = `without a graphics processor: apt-get install chromium, and set VK_DRIVER_FILES=${SOFTWARE_DRIVER}`;

/** @throws {BackendError} with the line that installs what is missing. */
export function requireDevice(device: DeviceName): void {
  if (device === "webgpu" && process.platform === "linux") requireVulkan();
  if (device === "cuda") requireCuda();
}

function requireVulkan(): void {
  const named = driverFiles();
  const absent = named.find((file) => !existsSync(file));
  if (absent !== undefined) {
    throw new BackendError(
      `webgpu: expected the Vulkan driver that VK_DRIVER_FILES or VK_ICD_FILENAMES names, got no file ${absent}. Name one that is there, or use --device cpu.`,
    );
  }
  // The loader that comes with a driver, such as Chromium's, stands in for the system's.
  if ([LOADER, ...named.map((file) => join(dirname(file), LOADER))].some(keepsLibrary)) return;
  throw new BackendError(
    `webgpu: expected a Vulkan loader and driver, got no ${LOADER}. Add them: apt-get install libvulkan1 mesa-vulkan-drivers (${SOFTWARE_HINT}), or use --device cpu.`,
  );
}

function driverFiles(): string[] {
  const text = process.env["VK_DRIVER_FILES"] ?? process.env["VK_ICD_FILENAMES"] ?? "";
  return text.split(":").filter((file) => file !== "");
}

/**
 * Loads a shared library that is no module of Node for the whole process, so that the runtime finds it by its name. Node then
 * says that no module registered itself; RTLD_NODELETE (which Node does not name) keeps the library all the same.
 */
function keepsLibrary(file: string): boolean {
  const RTLD_NODELETE = 0x1000;
  try {
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    return /did not self-register/.test((error as Error).message);
  }
  return true;
}

/** The package has no CUDA files; its install step fetches them where it is asked to. */
function requireCuda(): void {
  const bin = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")), "..", "bin");
  const files = readdirSync(bin, { recursive: true, encoding: "utf8" });
  if (files.some((file) => /onnxruntime_providers_cuda\./.test(file))) return;
  throw new BackendError(
    "cuda: expected the CUDA files of onnxruntime-node, got none. Add them (Linux x64, with an NVIDIA driver and CUDA): npm install onnxruntime-node --onnxruntime-node-install=cuda12, or use --device cpu.",
  );
}
