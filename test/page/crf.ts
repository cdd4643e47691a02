/** A mean field that runs in a page and in Node: noise of 9 classes on a drawn picture. */
import { type CrfThreads, meanField, PYDENSECRF_EXAMPLE } from "deconvnet/crf";

const [CLASSES, HEIGHT, WIDTH] = [9, 90, 120];

export interface Refined {
  readonly labels: readonly number[];
  readonly labelsChanged: readonly number[];
  readonly milliseconds: number;
}

export async function refine(shared: { readonly threads?: CrfThreads }): Promise<Refined> {
  const pixels = HEIGHT * WIDTH;
  const data = Uint8Array.from({ length: 3 * pixels }, (_, i) => 40 * labelAt(Math.floor(i / 3)) + ((i * i) % 23));
  const unary = Float32Array.from({ length: CLASSES * pixels }, (_, i) => {
    const isTrue = Math.floor(i / pixels) === labelAt(i % pixels);
    return ((i * 7919) % 104_729) / 104_729 + (isTrue ? 0 : 0.3);
  });
  const start = performance.now();
  const { labels, labelsChanged } = await meanField(
    { classes: CLASSES, height: HEIGHT, width: WIDTH, data: unary },
    { height: HEIGHT, width: WIDTH, data },
    { ...PYDENSECRF_EXAMPLE, backend: "wasm", ...shared },
  );
  return { labels: [...labels], labelsChanged, milliseconds: performance.now() - start };
}

/** Squares of 30 px, classes 0 to 5. */
function labelAt(pixel: number): number {
  return (Math.floor((pixel % WIDTH) / 30) + Math.floor(pixel / WIDTH / 30)) % 6;
}
