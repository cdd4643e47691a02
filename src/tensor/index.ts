export { decodeNpy, type NpyArray } from "./decode-npy.ts";
export { encodeNpy } from "./npy.ts";
export { type Random, randomFor } from "./random.ts";
export { argmax, type ScoreShape, softmax } from "./softmax.ts";
