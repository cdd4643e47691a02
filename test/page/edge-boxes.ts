/** Proposals of a drawn photo: what a page computes must be what Node computes. */
import { EdgeNetDetector, type Runtime } from "deconvnet";
import { edgeNet, initialize } from "deconvnet/nets";
import { detectStructuredEdges, type Proposal, proposeBoxes, type RgbImage, readForest } from "deconvnet/proposals";

const WIDTH = 200;
const HEIGHT = 150;

/** Two discs and a rectangle in colours of their own, over waves. */
function drawnPhoto(): RgbImage {
  const data = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const wave = (x * 7 + y * 3) % 24;
    let color = [90 + wave, 100 - wave, 80];
    if (Math.hypot(x - 60, y - 70) < 35) color = [200, 60 + wave, 40];
    if (Math.hypot(x - 150, y - 40) < 22) color = [40, 80, 220 - wave];
    if (x > 110 && x < 180 && y > 85 && y < 130) color = [230, 220 - wave, 90];
    data.set(color, 3 * i);
  }
  return { data, width: WIDTH, height: HEIGHT };
}

export async function drawnProposals(): Promise<Proposal[]> {
  return await proposeBoxes(drawnPhoto(), { maxBoxes: 500 });
}

/** The edge map of a net with drawn parameters. */
export async function netEdges(runtime: Runtime): Promise<number[]> {
  await using net = await EdgeNetDetector.create(runtime, initialize(edgeNet({ width: 8, height: 8 }), { seed: 5 }));
  return [...(await net.detect(drawnPhoto())).data];
}

/** With the bytes of a forest's file. */
export async function forestProposals(bytes: Uint8Array): Promise<Proposal[]> {
  const forest = await readForest(bytes);
  const scales = [0.5, 1];
  return await proposeBoxes(drawnPhoto(), {
    detector: (photo) => detectStructuredEdges(photo, forest, { scales }),
    maxBoxes: 500,
  });
}
