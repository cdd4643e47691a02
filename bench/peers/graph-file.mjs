/** Reads a net as the bench writes it for other engines: the nodes in JSON beside the weights in a safetensors file. */
import { readFileSync } from "node:fs";

/** Nodes in order; a convolution whose output only a ReLU reads has `relu`, and that ReLU is left out. */
function readGraph(path) {
  const { input, output, nodes } = JSON.parse(readFileSync(path, "utf8"));
  const kept = [];
  for (const node of nodes) {
    const before = kept.at(-1);
    const fusable = node.op === "Relu" && before?.op === "Conv" && before.outputs[0] === node.inputs[0];
    if (fusable) Object.assign(before, { relu: true, outputs: node.outputs });
    else kept.push(node);
  }
  return { input, output, nodes: kept };
}

const ARRAYS = { F32: Float32Array, I32: Int32Array };

/** `{ shape, data }` by name. */
function readTensors(path) {
  const bytes = readFileSync(path);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: _, ...header } = JSON.parse(bytes.toString("utf8", 8, 8 + headerLength));
  const start = 8 + headerLength;
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => [
        name,
        {
          shape,
          data: new ARRAYS[dtype](bytes.buffer.slice(bytes.byteOffset + start + begin, bytes.byteOffset + start + end)),
        },
      ],
    ),
  );
}

/** The first images of a batch. */
function firstImages({ shape, data }, count) {
  const first = [count, ...shape.slice(1)];
  return {
    shape: first,
    data: data.slice(
      0,
      first.reduce((product, size) => product * size),
    ),
  };
}

export { firstImages, readGraph, readTensors };
