/** The front door of the library. Re-exports only. */
export * from "./errors.ts";
