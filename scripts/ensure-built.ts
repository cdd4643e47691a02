/** Builds if dist/ is missing or older than the sources; scripts that import the package by name run this first. */
import { build } from "./build/build.ts";
import { isStale } from "./build/is-stale.ts";

if (isStale()) process.exitCode = build();
