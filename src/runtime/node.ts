/** ONNX Runtime in Node: every session in a worker thread of its own, since `run` blocks. */
import { type DeviceChoice, parseDeviceChoice } from "./devices.ts";
import type { EngineOptions, ModelSource, Tensors } from "./engine.ts";
import { type DeviceProbe, NODE_DEVICES, type NodeDevice, probeDevice } from "./node/probe-device.ts";
import { spawnWorker } from "./node/spawn.ts";
import { storeTemporarily } from "./node/store-parameters.ts";
import { buffersOf } from "./rpc.ts";
import type { Runtime, SessionHost } from "./session.ts";

/** The processor. */
export const nodeRuntime: Runtime = runtimeOn("cpu");

/**
 * The runtime on a device. One that is not there says so when a network is loaded: there is no silent change of device.
 *
 * @param options - {@link DeviceOptions}.
 * @example
 * ```ts
 * const runtime = await createNodeRuntime({ device: "auto" });
 * console.log(runtime.device);
 * ```
 */
export async function createNodeRuntime(options: DeviceOptions = {}): Promise<Runtime> {
  return runtimeOn(await pickDevice(options));
}

function runtimeOn(device: NodeDevice): Runtime {
  return Object.freeze({
    device,
    open: (model: ModelSource, options: EngineOptions) => openSession(model, options, device),
    availableMemory: () => process.availableMemory(),
    // Elsewhere the numbers go to the device's memory, and a file would only be a detour.
    ...(device === "cpu" ? { storeParameters: storeTemporarily } : {}),
  });
}

/** Where networks run. */
export interface DeviceOptions {
  /** Default `cpu`. `auto` takes the fastest that is there. */
  readonly device?: DeviceChoice;
  /** Told which device `auto` took, and why. */
  readonly onPick?: (text: string) => void;
}

/** The device that is asked for; of `auto` the one that runs a convolution fastest. */
export async function pickDevice({ device = "cpu", onPick = () => {} }: DeviceOptions): Promise<NodeDevice> {
  const choice = parseDeviceChoice(device);
  if (choice !== "auto") return choice;
  const probes = await probeDevices();
  const [fastest] = probes
    .filter(({ convolution }) => convolution !== null)
    .sort((a, b) => (a.convolution ?? 0) - (b.convolution ?? 0));
  const told = probes.map(({ device: name, convolution }) =>
    convolution === null ? `${name} is not there` : `${name} ${convolution.toFixed(1)} ms`,
  );
  const picked = fastest?.device ?? "cpu";
  onPick(`device: ${picked} (a convolution: ${told.join(", ")})`);
  return picked;
}

/** Tries devices, all by default, with one small convolution. */
export async function probeDevices(devices: readonly NodeDevice[] = NODE_DEVICES): Promise<DeviceProbe[]> {
  const probes: DeviceProbe[] = [];
  for (const device of devices) probes.push(await probeDevice(runtimeOn(device), device));
  return probes;
}

async function openSession(model: ModelSource, options: EngineOptions, device: NodeDevice): Promise<SessionHost> {
  const { client, terminate } = spawnWorker(new URL("./node/session-worker.js", import.meta.url), device);
  let names: Pick<SessionHost, "inputNames" | "outputNames">;
  try {
    names = await client.call("open", [model, options]);
  } catch (error) {
    await terminate();
    throw error;
  }
  return {
    ...names,
    run: (feeds, fetch, { signal, transfer }) =>
      client.call<Tensors>("run", [feeds, fetch], { signal, transfer: transfer ? buffersOf(feeds) : [] }),
    dispose: terminate,
  };
}

export { loadRuntime, runtimeVersion } from "./node/load-runtime.ts";
export { type DeviceProbe, NODE_DEVICES, type NodeDevice } from "./node/probe-device.ts";
export { requireDevice } from "./node/require-device.ts";
export { serveDevice } from "./node/serve-device.ts";
export { spawnWorker, type WorkerConnection } from "./node/spawn.ts";
export { storeParameters } from "./node/store-parameters.ts";
