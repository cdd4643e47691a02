/** ONNX Runtime behind one interface: sessions, devices, memory. */
export { DeviceTensor } from "./device-tensor.ts";
export {
  checkThreads,
  DEVICE_CHOICES,
  type DeviceChoice,
  type DeviceName,
  MAX_THREADS,
  netFormFor,
} from "./devices.ts";
export { type EngineOptions, EngineSession, type ModelSource, pickEngineOptions, type Tensors } from "./engine.ts";
export {
  activationBytes,
  estimateMemory,
  gigabytes,
  type MemoryEstimate,
  type MemoryNeed,
  parameterBytes,
  requireMemory,
  totalBytes,
} from "./memory.ts";
export type { OrtModule } from "./ort-module.ts";
export { buffersOf, type Handler, type Port, RpcClient, serve, type Transferred } from "./rpc.ts";
export {
  type PreparedModel,
  type RunOptions,
  type Runtime,
  Session,
  type SessionHost,
  type SessionOptions,
  type SessionParameters,
  type StoredParameters,
} from "./session.ts";
