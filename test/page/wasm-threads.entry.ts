/** In a page: a graph of the package's builder on the runtime's WebAssembly, with threads. */
import { encodeModel, GraphBuilder } from "deconvnet/onnx";
// biome-ignore lint/style/noRestrictedImports: this page checks the runtime itself, below src/runtime/.
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";

export function isIsolated(): boolean {
  return crossOriginIsolated;
}

/** Sums of the 2x2 windows of a 3x3 image, computed with two threads. */
export async function windowSums(pixels: readonly number[]): Promise<number[]> {
  const builder = new GraphBuilder("window sums");
  const image = builder.input("image", "float32", [1, 1, 3, 3]);
  const kernel = builder.constant("float32", [1, 1, 2, 2], [1, 1, 1, 1]);
  builder.output(builder.op("Conv", [image, kernel], {}, { name: "sums" }));
  env.wasm.numThreads = 2;
  const session = await InferenceSession.create(encodeModel(builder.build()));
  const { sums } = await session.run({ image: new Tensor("float32", Float32Array.from(pixels), [1, 1, 3, 3]) });
  return Array.from(sums?.data as Float32Array);
}
