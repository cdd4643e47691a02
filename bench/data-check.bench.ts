/** `data check` of a folder: photos a second, and processor time: `npm run bench -- data-check [FOLDER]`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDataset, writeSampleSet } from "deconvnet/node";

const given = process.argv.slice(2).find((text) => !text.startsWith("-"));
const folder = given ?? (await mkdtemp(join(tmpdir(), "bench-")));
if (given === undefined) await writeSampleSet(join(folder, "sample"));

for (const photos of ["header", "pixels"] as const) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const report = await checkDataset(given ?? join(folder, "sample"), { photos });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${photos}: ${report.photos} photos in ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of processor time`,
  );
}
if (given === undefined) await rm(folder, { recursive: true });
