import { expect, test } from "vitest";
import { BackendError } from "../errors.ts";
import { missingPackageHint } from "./missing-package.ts";

const RUNTIME = /^onnxruntime-node, .*npm install onnxruntime-node --onnxruntime-node-install=skip$/;
const PHOTOS = /^sharp, .*npm install sharp --include=optional$/;

// The messages are those of Node 20 and of sharp 0.35, taken from an installation without the package or its binary.
test.each([
  ["Cannot find package 'onnxruntime-node' imported from /app/node_modules/deconvnet/dist/runtime/node.js", RUNTIME],
  ["Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'\nRequire stack:\n- /app/x.js", RUNTIME],
  ["Cannot find package 'sharp' imported from /app/node_modules/deconvnet/dist/image/node.js", PHOTOS],
  ['Could not load the "sharp" module using the linux-x64 runtime\nPossible solutions:\n- Ensure optional', PHOTOS],
])("%s", (message, hint) => {
  expect(missingPackageHint(new Error(message))).toMatch(hint);
  const wrapped = new BackendError("createSession: expected the runtime.", { cause: new Error(message) });
  expect(missingPackageHint(wrapped)).toMatch(hint);
});

test("other errors get no hint", () => {
  expect(missingPackageHint(new Error("Cannot find package 'zod' imported from /app/x.js"))).toBeUndefined();
  expect(missingPackageHint("onnxruntime")).toBeUndefined();
});
