export { decodeNpy, type NpyArray } from "./decode-npy.ts";
export { type Compression, decompress } from "./decompress.ts";
export { encodeNpy } from "./npy.ts";
export { type Random, randomFor } from "./random.ts";
export { argmax, type ScoreShape, softmax } from "./softmax.ts";
