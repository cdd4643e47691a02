/** What a device has no kernel for: the operators of a net's native form, which the portable one does without. */
import { DeconvnetError } from "../errors.ts";
import { BATCH, bindDims } from "../onnx/index.ts";
import { type Runtime, Session } from "../runtime/index.ts";
import { buildTrainingGraph } from "../train/index.ts";
import { createCheckNet } from "./check-net.ts";

/** @returns The runtime's refusal, which names the operators; `null` if it runs them all. */
export async function describeNativeForm(runtime: Runtime): Promise<string | null> {
  const { graph } = buildTrainingGraph(createCheckNet("native", "training"));
  try {
    const session = await Session.create(runtime, bindDims(graph, { [BATCH]: 2 }));
    await session.dispose();
    return null;
  } catch (error) {
    if (!(error instanceof DeconvnetError)) throw error;
    return error.message;
  }
}
