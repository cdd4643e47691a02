/** The whole of `biome.json` as data: format, lint rules, and for each folder its complete list of forbidden imports. */
import { consumerRules, folderRules, frontDoorRules, type ImportPattern, testRules } from "./import-rules.ts";
import { FOLDERS, PURE_FOLDERS } from "./layers.ts";

const NODE_GLOBALS: Readonly<Record<string, string>> = {
  process: "It exists in Node only: this file also runs in a page.",
  Buffer: "It exists in Node only: use Uint8Array and DataView.",
  require: "This package is ESM.",
  __dirname: "This package is ESM: use import.meta.url in node.ts.",
  __filename: "This package is ESM: use import.meta.url in node.ts.",
  setImmediate: "It exists in Node only: this file also runs in a page.",
};

const IMPURE_GLOBALS: Readonly<Record<string, string>> = {
  Date: "This folder knows no clock: arrays in, arrays out.",
  performance: "This folder knows no clock: arrays in, arrays out.",
  setTimeout: "This folder knows no clock: arrays in, arrays out.",
  fetch: "This folder does no I/O: arrays in, arrays out.",
  crypto: "Randomness is passed in as a seeded generator.",
};

const MATH_RANDOM = {
  object: "Math",
  property: "random",
  message: "Randomness is a function of (seed, sample number): pass in a generator of tensor/random.ts.",
};

/** Files of src/ that never run in a page. */
const NOT_PORTABLE = ["!src/cli/**", "!src/**/node.ts", "!src/**/node/**", "!src/**/*.test.ts"];

interface Override {
  readonly includes: readonly string[];
  readonly linter: { readonly rules: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

function error(options: unknown): { level: "error"; options: unknown } {
  return { level: "error", options };
}

function restrictImports(includes: readonly string[], patterns: readonly ImportPattern[]): Override {
  return { includes, linter: { rules: { style: { noRestrictedImports: error({ patterns }) } } } };
}

function restrictGlobals(includes: readonly string[], deniedGlobals: Readonly<Record<string, string>>): Override {
  return { includes, linter: { rules: { style: { noRestrictedGlobals: error({ deniedGlobals }) } } } };
}

function folderOverrides(folder: string): Override[] {
  if (folder === "cli") return [restrictImports(["src/cli/**"], folderRules(folder, "node"))];
  return [
    restrictImports([`src/${folder}/**`], folderRules(folder, "portable")),
    restrictImports([`src/${folder}/**/node.ts`, `src/${folder}/**/node/**`], folderRules(folder, "node")),
  ];
}

/** Rules over Biome's recommended set; those of `nursery` are here because nothing stable does the same. */
const RULES = {
  preset: "recommended",
  complexity: {
    noExcessiveLinesPerFunction: "off",
    // TypeScript's noPropertyAccessFromIndexSignature asks for the form that this rule forbids.
    useLiteralKeys: "off",
  },
  correctness: { noUnusedImports: "error", noUnusedVariables: "error", noUndeclaredDependencies: "error" },
  style: {
    noDefaultExport: "error",
    noEnum: "error",
    // Allowed for one purpose: reading a typed array inside a loop whose bounds are in sight.
    noNonNullAssertion: "off",
    noParameterAssign: "error",
    noParameterProperties: "error",
    noUselessElse: "error",
    useConsistentArrayType: error({ syntax: "shorthand" }),
    useFilenamingConvention: error({ filenameCases: ["kebab-case"] }),
    useImportType: "error",
    useNodejsImportProtocol: "error",
    useThrowOnlyError: "error",
  },
  suspicious: { noConsole: "error", noExplicitAny: "error", noImportCycles: error({ ignoreTypes: false }) },
  nursery: {
    noFloatingPromises: "error",
    noJsRestrictedProperties: error({ entries: [MATH_RANDOM] }),
    noMisusedPromises: "error",
  },
} as const;

/** Makes the configuration; the order of the overrides matters, as the last one that fits a file wins. */
export function biomeConfig(): Record<string, unknown> {
  const longFunctions = { noExcessiveLinesPerFunction: error({ maxLines: 60, skipBlankLines: true }) };
  return {
    $schema: "./node_modules/@biomejs/biome/configuration_schema.json",
    root: true,
    plugins: ["./scripts/biome/explicit-return-types.grit"],
    files: {
      includes: [
        "**",
        "!!**/dist",
        "!!runs",
        "!!coverage",
        "!!test-results",
        "!package-lock.json",
        "!test/golden",
        "!bench/results",
      ],
    },
    formatter: { indentStyle: "space", indentWidth: 2, lineWidth: 120 },
    javascript: { formatter: { quoteStyle: "double", trailingCommas: "all", semicolons: "always" } },
    // Biome would pad every cell of a table to the widest one of its column.
    markdown: { formatter: { enabled: false } },
    linter: { rules: RULES },
    overrides: [
      { includes: ["src/**"], linter: { rules: { complexity: longFunctions } } },
      restrictGlobals(["src/**", ...NOT_PORTABLE], NODE_GLOBALS),
      restrictGlobals([`src/{${PURE_FOLDERS.join(",")}}/**`, ...NOT_PORTABLE], { ...NODE_GLOBALS, ...IMPURE_GLOBALS }),
      restrictImports(["src/*.ts"], frontDoorRules("portable")),
      restrictImports(["src/node.ts"], frontDoorRules("node")),
      ...FOLDERS.flatMap(folderOverrides),
      restrictImports(["scripts/**", "bench/**", "examples/**"], consumerRules()),
      restrictImports(["**/*.test.ts", "test/**"], testRules()),
      {
        includes: ["src/**/*.test.ts", "test/**"],
        linter: { rules: { complexity: { noExcessiveLinesPerFunction: "off" } } },
      },
      {
        includes: ["scripts/**", "bench/**", "examples/**", "test/**"],
        linter: { rules: { suspicious: { noConsole: "off" } } },
      },
      { includes: ["*.config.ts", "test/harness/*.ts"], linter: { rules: { style: { noDefaultExport: "off" } } } },
    ],
  };
}
