import type { KnipConfig } from "knip";

export default {
  entry: [
    // What package.json exports, and each folder's doors.
    "src/{index,node,web}.ts",
    "src/*/{index,node,web}.ts",
    "src/cli/main.ts",
    // Started by path: workers, page tests, commands of a person.
    "src/**/*-worker.ts",
    "test/page/*.entry.ts",
    "scripts/*.ts",
    "scripts/reference/*.ts",
    "bench/*.bench.ts",
    "bench/edges/score.ts",
    "bench/edges/{agreement,recall}.ts",
    "examples/*.ts",
  ],
  // AssemblyScript is compiled by its own compiler.
  project: ["{src,test,scripts,bench,examples}/**/*.ts", "!src/kernels/assembly/**"],
  // Started as a program by test/package.
  ignoreDependencies: ["@arethetypeswrong/cli"],
  // An export that only its own file uses is a public constant or type beside its function, such as X_DEFAULTS.
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig;
