/** What the file system refuses, said in the house form. */
import { DeconvnetError, OptionError } from "../../errors.ts";
import { printable } from "../../printable.ts";

/** The code of a system error, e.g. `ENOENT`; empty for our own errors, which have codes too, and those without one. */
export function errorCode(error: unknown): string {
  if (error instanceof DeconvnetError) return "";
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** An OptionError about a path that cannot be read; an error without a system code passes through unchanged. */
export function unreadableError(caller: string, path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === "") return error;
  const got = code === "ENOENT" || code === "ENOTDIR" ? "no such file" : code;
  return new OptionError(
    `${caller}: expected a readable file, got ${got} at ${printable(path, 400)}. Check the path.`,
    {
      cause: error,
    },
  );
}
