/** The command line of the golden runner. */
import { parseArgs } from "node:util";
import { GOLDEN_DEVICES, type GoldenDeviceName } from "./device.ts";

export interface GoldenOptions {
  /** The folder with the `.safetensors` files. */
  readonly dir: string;
  /** Matched against file names without `.safetensors`. */
  readonly filter: string;
  /** Kinds that are not built yet count as failures. */
  readonly strict: boolean;
  /** What the operator and network cases run on. */
  readonly device: GoldenDeviceName;
}

export const USAGE = "npm run golden -- --dir DIR [--filter GLOB] [--strict] [--device cpu|webgpu|cuda]";

/** @throws {Error} with one line for anything but the options above. */
export function parseOptions(args: readonly string[]): GoldenOptions {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: {
      dir: { type: "string" },
      filter: { type: "string" },
      strict: { type: "boolean" },
      device: { type: "string" },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") throw new Error(`expected options only, got "${token.value}". Usage: ${USAGE}`);
    if (token.kind !== "option") continue;
    const isKnown = ["dir", "filter", "strict", "device"].includes(token.name);
    if (!isKnown) throw new Error(`unknown option ${token.rawName}. Usage: ${USAGE}`);
    if ((token.name === "strict") !== (token.value === undefined)) {
      const rule = token.name === "strict" ? "no value" : "a value";
      throw new Error(`expected ${rule} for ${token.rawName}. Usage: ${USAGE}`);
    }
  }
  if (typeof values.dir !== "string") throw new Error(`expected a folder as --dir. Usage: ${USAGE}`);
  const filter = typeof values.filter === "string" ? values.filter : "*";
  const device = GOLDEN_DEVICES.find((name) => name === (values.device ?? "cpu"));
  if (device === undefined)
    throw new Error(
      `expected one of ${GOLDEN_DEVICES.join(", ")} as --device, got "${values.device}". Usage: ${USAGE}`,
    );
  return { dir: values.dir, filter, strict: values.strict === true, device };
}
