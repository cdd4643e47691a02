import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileKernel, KERNEL_SOURCES } from "../../scripts/compile-kernels/compile-kernel.ts";

test.each(KERNEL_SOURCES)(
  "$file is what $source compiles to; scripts/compile-kernels.ts writes it anew",
  async (kernel) => {
    const bytes = await compileKernel([kernel.source]);
    expect(readFileSync(kernel.file, "utf8")).toContain(`"${Buffer.from(bytes).toString("base64")}"`);
  },
  60_000,
);
