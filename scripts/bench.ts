/** `npm run bench [-- FILTER]`: runs the benches whose name holds FILTER, one after the other, each as a process of its own. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const [filter = "", ...rest] = process.argv.slice(2);
const files = readdirSync("bench").filter((file) => file.endsWith(".bench.ts") && file.includes(filter));
if (files.length === 0) {
  console.error(`bench: expected a file bench/*.bench.ts whose name holds "${filter}", got none.`);
  process.exitCode = 1;
}
for (const file of files) {
  console.log(`== ${file}`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", join("bench", file), ...rest], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
