/** A program that forgets to dispose ends by itself, and one that waits for a result is kept alive. */
import { expect, test } from "vitest";
import { run } from "../harness/run-process.ts";

const SESSION = `
  import { Session } from "deconvnet";
  import { nodeRuntime } from "deconvnet/node";
  import { GraphBuilder } from "deconvnet/onnx";
  const g = new GraphBuilder("neg");
  g.output(g.op("Neg", [g.input("x", "float32", ["N"])], {}, { name: "y" }));
  const session = await Session.create(nodeRuntime, g.build());
  const { y } = await session.run({ x: { type: "float32", shape: [2], data: Float32Array.of(1, -2) } });
  console.log([...y.data].join());`;

const TRAINER = `
  import { deconvNet, initialize } from "deconvnet/nets";
  import { nodeTraining } from "deconvnet/node";
  import { PAPER_SGD, Trainer } from "deconvnet/train";
  const net = deconvNet({ inputSize: 32, classes: 2, widths: [2, 2, 2, 2, 2], fcWidth: 2, mode: "training" });
  const trainer = await Trainer.create(nodeTraining, net, initialize(net, { seed: 1 }), { solver: PAPER_SGD });
  const images = { type: "float32", shape: [2, 3, 32, 32], data: new Float32Array(2 * 3 * 32 * 32).map((_, i) => Math.sin(i)) };
  const labels = { type: "int32", shape: [2, 32, 32], data: new Int32Array(2 * 32 * 32) };
  const { step } = await trainer.step([{ images, labels }], { learningRate: 0.01 });
  console.log("step " + step);`;

test.each([
  ["session", SESSION, "-1,2\n"],
  ["trainer", TRAINER, "step 1\n"],
])("a %s that was not disposed", async (_, program, stdout) => {
  const finished = await run(process.execPath, ["--input-type=module", "--eval", program]);
  expect(finished).toEqual({ exit: 0, stdout, stderr: "" });
});
