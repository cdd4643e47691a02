/** In a page: a photo and ten training steps, on WebAssembly with two threads or on WebGPU. */
import { createWebRuntime, createWebTraining } from "deconvnet/web";
import * as example from "./segmentation.ts";

type WebDevice = "wasm" | "webgpu";

async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

export async function segmentPhoto(device: WebDevice, size: number): Promise<example.Segmented> {
  const runtime = await createWebRuntime({ device, threads: 2 });
  const [model, photo] = [await bytesOf("/model.safetensors"), await bytesOf("/photo.png")];
  return await example.segmentPhoto(runtime, model, photo, size);
}

export async function tenLosses(device: WebDevice): Promise<number[]> {
  return await example.tenLosses(await createWebTraining({ device, threads: 2 }));
}
