/**
 * Compares the package with golden files: `npm run golden -- --dir DIR [--filter GLOB] [--strict] [--device NAME]`. Everything runs through
 * the public code, imported from dist/ by the package's own name.
 */
import { type GoldenOptions, parseOptions } from "./golden/options.ts";
import { runFolder } from "./golden/run-folder.ts";

async function main(): Promise<number> {
  let options: GoldenOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    return fail(error, 2);
  }
  try {
    return await runFolder(options, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    return fail(error, 1);
  }
}

function fail(error: unknown, code: number): number {
  process.stderr.write(`golden: ${error instanceof Error ? error.message : String(error)}\n`);
  return code;
}

process.exitCode = await main();
