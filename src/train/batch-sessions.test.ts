import { expect, it } from "vitest";
import { decodeModel, encodeModel, GraphBuilder } from "../onnx/index.ts";
import type { EngineSession } from "../runtime/index.ts";
import { BatchSessions } from "./batch-sessions.ts";

/** x [N, 3] * weights [3], whose numbers are in the model. */
function model(): Uint8Array {
  const g = new GraphBuilder("product");
  const weights = g.constant("float32", [3], [1, 2, 4], "weights");
  g.output(g.mul(g.input("x", "float32", ["N", 3]), weights));
  return encodeModel(g.build());
}

it("a session for one batch size keeps the numbers that the model holds", async () => {
  const opened: Uint8Array[] = [];
  const sessions = new BatchSessions(model(), false, (bytes) => {
    opened.push(bytes);
    return Promise.resolve({ release: () => Promise.resolve() } as EngineSession);
  });
  expect(await sessions.of(2)).toBe(await sessions.of(2));
  await sessions.of(5);
  expect(opened).toHaveLength(2);
  const { graph, parameters } = decodeModel(opened[1] ?? new Uint8Array());
  expect(graph.inputs.map(({ name, shape }) => ({ name, shape }))).toEqual([{ name: "x", shape: [5, 3] }]);
  expect(parameters.get("weights")).toMatchObject({ data: Float32Array.of(1, 2, 4) });
});
