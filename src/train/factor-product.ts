/** The product of a gradient's factors, a piece after the other: the whole is never in memory. */
import { BackendError } from "../errors.ts";
import { encodeModel, GraphBuilder, type Tensor } from "../onnx/index.ts";
import type { EngineSession } from "../runtime/index.ts";

/** Bytes of a piece: as much as the processor's cache holds, and little enough for the allocator to use the same pages again. */
const PIECE_BYTES = 2 ** 23;

export interface Factors {
  /** float32 `[rows, n]` */
  readonly left: Tensor;
  /** float32 `[n, columns]` */
  readonly right: Tensor;
}

/** Some of a gradient's numbers, from `offset` on. */
export interface GradientPiece {
  readonly offset: number;
  readonly data: Float32Array;
}

type Multiplier = Pick<EngineSession, "run" | "release">;

export class FactorProduct {
  readonly #open: () => Promise<Multiplier>;
  #session: Multiplier | undefined;

  constructor(open: (model: Uint8Array) => Promise<Multiplier>) {
    this.#open = () => open(productModel());
  }

  /** Whole rows of the sum of the products of some pairs of factors, from first to last. */
  async *pieces(pairs: readonly Factors[]): AsyncGenerator<GradientPiece> {
    this.#session ??= await this.#open();
    const session = this.#session;
    const [rows = 0, columns = 0] = [pairs[0]?.left.shape[0], pairs[0]?.right.shape[1]];
    const step = Math.max(1, Math.floor(PIECE_BYTES / (4 * columns)));
    for (let row = 0; row < rows; row += step) {
      const count = Math.min(step, rows - row);
      let sum: Float32Array | undefined;
      for (const pair of pairs) {
        const product = await multiply(session, rowsOf(pair.left, row, count), pair.right);
        if (sum === undefined) sum = product;
        else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + product[i]!;
      }
      if (sum !== undefined) yield { offset: row * columns, data: sum };
    }
  }

  async release(): Promise<void> {
    await this.#session?.release();
  }
}

async function multiply(session: Multiplier, left: Tensor, right: Tensor): Promise<Float32Array> {
  const { product } = await session.run({ left, right });
  if (!(product?.data instanceof Float32Array))
    throw new BackendError("step: expected the product of factors, got none.");
  return product.data;
}

function rowsOf({ type, shape, data }: Tensor, row: number, count: number): Tensor {
  const width = shape[1] ?? 0;
  return { type, shape: [count, width], data: data.subarray(row * width, (row + count) * width) };
}

function productModel(): Uint8Array {
  const g = new GraphBuilder("factor_product");
  const product = g.op(
    "MatMul",
    [g.input("left", "float32", ["rows", "n"]), g.input("right", "float32", ["n", "columns"])],
    {},
    { outputs: ["product"] },
  );
  return encodeModel({ ...g.build(), outputs: [product.name] });
}
