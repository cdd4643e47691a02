/** ONNX Runtime behind one interface: sessions, devices, memory. */
export {
  type EngineOptions,
  EngineSession,
  type ModelSource,
  type OrtModule,
  pickEngineOptions,
  type Tensors,
} from "./engine.ts";
export { assertMemory, estimateMemory, type MemoryEstimate } from "./memory.ts";
export { buffersOf, type Handler, type Port, RpcClient, serve, type Transferred } from "./rpc.ts";
export { type RunOptions, type Runtime, Session, type SessionHost, type SessionOptions } from "./session.ts";
