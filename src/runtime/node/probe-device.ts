/** Whether a device is there, and how fast it is: one convolution. */
import { DeconvnetError } from "../../errors.ts";
import { GraphBuilder, type Tensor } from "../../onnx/index.ts";
import { type Runtime, Session } from "../session.ts";

/** In Node; the processor is always there. */
export const NODE_DEVICES = Object.freeze(["cpu", "webgpu", "cuda"] as const);

export type NodeDevice = (typeof NODE_DEVICES)[number];

export interface DeviceProbe {
  readonly device: NodeDevice;
  /** Time of a convolution of 64 to 64 channels with 3x3 kernels on 56x56 px, ms; `null` if the device is not there. */
  readonly convolution: number | null;
  /** Why it is not there. */
  readonly reason: string | null;
}

const CHANNELS = 64;
const SIDE = 56;
const RUNS = 3;

export async function probeDevice(runtime: Runtime, device: NodeDevice): Promise<DeviceProbe> {
  const g = new GraphBuilder("probe");
  const x = g.input("x", "float32", [1, CHANNELS, SIDE, SIDE]);
  const weight = g.parameter("weight", [CHANNELS, CHANNELS, 3, 3]);
  g.output(g.op("Conv", [x, weight], { pads: [1, 1, 1, 1] }));
  const parameters = new Map([["weight", zeros([CHANNELS, CHANNELS, 3, 3])]]);
  try {
    await using session = await Session.create(runtime, g.build(), { parameters });
    let convolution = Number.POSITIVE_INFINITY;
    // The first run compiles.
    for (let run = 0; run <= RUNS; run++) {
      const start = performance.now();
      await session.run({ x: zeros([1, CHANNELS, SIDE, SIDE]) });
      if (run > 0) convolution = Math.min(convolution, performance.now() - start);
    }
    return { device, convolution, reason: null };
  } catch (error) {
    if (!(error instanceof DeconvnetError)) throw error;
    return { device, convolution: null, reason: error.message };
  }
}

function zeros(shape: readonly number[]): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return { type: "float32", shape, data: new Float32Array(size) };
}
