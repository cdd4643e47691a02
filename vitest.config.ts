import { defineConfig } from "vitest/config";

/** Suites that start processes, or worker threads, which exist in dist/: one at a time, after the rest. */
const PROCESS_SUITES = "test/{build,cli,data,engine,golden,harness,package,page,pipeline,runtime,train}/**/*.test.ts";

const setupFiles = ["./test/harness/setup.ts"];

export default defineConfig({
  test: {
    reporters: ["./test/harness/closing-line-reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [PROCESS_SUITES],
          setupFiles,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "process",
          include: [PROCESS_SUITES],
          setupFiles,
          globalSetup: ["./test/harness/global-setup.ts"],
          maxWorkers: 1,
          // Whole trainings and a page on a software driver take a minute on a slow machine.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
