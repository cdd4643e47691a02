/** Large matrix products, the practical ceiling of what the runtime computes on this machine. */
import { Session } from "deconvnet";
import { nodeRuntime } from "deconvnet/node";
import { GraphBuilder } from "deconvnet/onnx";
import { serveRounds, settings } from "./serve-rounds.mjs";

const { size, products, threads } = settings;
const matrix = () => ({
  type: "float32",
  shape: [size, size],
  data: Float32Array.from({ length: size * size }, (_, i) => ((i * 37) % 255) / 127 - 1),
});
const g = new GraphBuilder("matrix-products");
const b = g.parameter("b", [size, size]);
// Several in a row, and one number comes back, so that copying in and out takes no part.
let product = g.input("a", "float32", [size, size]);
for (let i = 0; i < products; i++) product = g.matMul(product, b);
g.output(g.op("ReduceMax", [product, g.ints([0, 1])], { keepdims: 0 }));
const session = await Session.create(nodeRuntime, g.build(), { parameters: new Map([["b", matrix()]]), threads });
const a = matrix();
const multiply = () => session.run({ a });
await multiply();
await serveRounds({}, multiply);
