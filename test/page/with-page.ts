/** Runs a test in a page of headless Chromium: served from this machine, and cut off from everything else. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { bundlePage } from "./bundle-page.ts";
import { findChromium, noChromium } from "./chromium.ts";
import { servePage } from "./page-server.ts";

const LAUNCH_ARGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Switches of a page without a graphics processor. */
export const NO_GPU: readonly string[] = ["--disable-gpu"];

/** Switches of a page with WebGPU, on a driver in software. */
export const WEBGPU_ARGS: readonly string[] = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Adds to `problems` whatever a good page never does: errors, warnings, requests that leave the machine. */
async function watch(context: BrowserContext, origin: string, problems: string[]): Promise<void> {
  await context.route(
    (url) => url.origin !== origin && url.protocol.startsWith("http"),
    async (route) => {
      problems.push(`a request to ${route.request().url()}`);
      await route.abort();
    },
  );
  await context.routeWebSocket(/.*/, (socket) => {
    problems.push(`a web socket to ${socket.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()} for ${response.url()}`);
  });
  context.on("weberror", (webError) => problems.push(String(webError.error())));
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console.${message.type()}: ${message.text()}`);
  });
}

/** Fails with what the page complained about, which is most often the cause of the test's own failure. */
function failOnProblems(problems: readonly string[], cause?: unknown): void {
  if (problems.length > 0) throw new Error(`The page had problems:\n${problems.join("\n")}`, { cause });
}

/**
 * Opens a page with the bundled entry, runs `use`, and fails if the page had an error or asked another host.
 *
 * @param entry - A TypeScript module, for example `new URL("./entry.ts", import.meta.url)`. It imports the package by
 *   name; its exports are called with {@link callEntry}.
 * @param launchArgs - Further switches of Chromium; without any, it runs without a graphics processor.
 * @param files - Files that the page may fetch, by the name that they are served under.
 */
export async function withPage<T>(
  entry: URL,
  use: (page: Page) => Promise<T>,
  launchArgs = NO_GPU,
  files: Readonly<Record<string, string>> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "deconvnet-page-"));
  try {
    await bundlePage(entry, folder);
    for (const [name, path] of Object.entries(files)) await copyFile(path, join(folder, name));
    return await withFile(folder, "index.html", use, launchArgs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same with a page that is there, a file of a folder; `onOpen` sees the page before it is loaded. */
export async function withFile<T>(
  folder: string,
  file: string,
  use: (page: Page) => Promise<T>,
  launchArgs = NO_GPU,
  onOpen: (page: Page) => void = () => undefined,
): Promise<T> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`withFile: ${noChromium()}`);
  const problems: string[] = [];
  try {
    await using server = await servePage(folder);
    await using browser = await chromium.launch({ executablePath, args: [...LAUNCH_ARGS, ...launchArgs] });
    const context = await browser.newContext({ serviceWorkers: "block" });
    await watch(context, server.origin, problems);
    const page = await context.newPage();
    onOpen(page);
    await page.goto(`${server.origin}/${file}`);
    const result = await use(page);
    failOnProblems(problems);
    return result;
  } catch (error) {
    failOnProblems(problems, error);
    throw error;
  }
}

/** Calls a function that the entry exports; arguments and result are copied as JSON. */
export async function callEntry<T>(page: Page, name: string, ...args: readonly unknown[]): Promise<T> {
  // As text, because Vitest rewrites `import()` in the functions of a test file.
  const call = `import("/entry.js").then((entry) => entry[${JSON.stringify(name)}](...${JSON.stringify(args)}))`;
  return await page.evaluate<T>(call);
}
