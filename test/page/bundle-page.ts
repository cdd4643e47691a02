/** Bundles an entry and what it imports into a page, as a user of the package would. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const INDEX = `<!doctype html>
<meta charset="utf-8">
<title>deconvnet page test</title>
<link rel="icon" href="data:,">
<script type="module" src="/entry.js"></script>
`;

/** Writes index.html, entry.js and the assets into `folder`; what the entry exports stays exported. */
export async function bundlePage(entry: URL, folder: string): Promise<void> {
  await build({
    root: fileURLToPath(new URL(".", import.meta.url)),
    configFile: false,
    logLevel: "error",
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2023",
      minify: false,
      // A wasm file is fetched as a file: a test that inlines it would prove nothing about serving it.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: fileURLToPath(entry),
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "entry.js" },
      },
    },
  });
  await writeFile(join(folder, "index.html"), INDEX);
}
