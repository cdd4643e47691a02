/** Optional packages that are not there: which one, and the command that adds it. */

interface NativePackage {
  readonly name: string;
  /** What Node or the package itself says when it, or its binary for this platform, is absent. */
  readonly symptom: RegExp;
  readonly hint: string;
}

const platform = `${process.platform}-${process.arch}`;

const NATIVE_PACKAGES: readonly NativePackage[] = [
  {
    name: "onnxruntime-node",
    symptom: /Cannot find (package|module) '[^']*onnxruntime/,
    hint:
      `onnxruntime-node, which runs the networks, is not installed for ${platform}. ` +
      "Add it: npm install onnxruntime-node --onnxruntime-node-install=skip",
  },
  {
    name: "sharp",
    symptom: /Cannot find (package|module) '([^']*\/)?sharp'|Could not load the "sharp" module/,
    hint:
      `sharp, which reads and writes photos, is not installed for ${platform}. ` +
      "Add it: npm install sharp --include=optional",
  },
];

/** The hint for an error that was caused, directly or not, by an absent package; undefined for other errors. */
export function missingPackageHint(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    const found = NATIVE_PACKAGES.find(({ symptom }) => symptom.test(message));
    if (found !== undefined) return found.hint;
  }
  return undefined;
}
