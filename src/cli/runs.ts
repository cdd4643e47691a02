/** `deconvnet runs`: what the folders of trainings hold, side by side. */
import { type Command, Option } from "commander";
import { DeconvnetError } from "../errors.ts";
import type { Run } from "../runs/index.ts";
import { alignColumns, splitColumns } from "./align-columns.ts";
import type { Terminal, TextOutput } from "./command.ts";
import { requireOutputFolders } from "./evaluation-output.ts";

const FOLDERS = "folders of runs, or folders that hold some";

export function configureRuns(command: Command, { stdout, stderr }: Terminal): void {
  command
    .command("list")
    .description("show each run in a line: how far it is, how good it is")
    .argument("[folders...]", FOLDERS, ["runs"])
    .addOption(jsonOption())
    .action(async (folders: readonly string[], { json }: { readonly json?: boolean }) => {
      const { listRows } = await import("../runs/index.ts");
      const runs = await readRuns(folders, stderr);
      stdout.write(json === true ? await jsonLines(runs) : table(listRows(runs)));
    });
  command
    .command("compare")
    .description("show runs in columns: their scores, and the settings in which they differ")
    .argument("<folders...>", FOLDERS)
    .addOption(jsonOption())
    .option("--plot <file>", "draw their mean IoU over the samples in one chart, as SVG")
    .action(async (folders: readonly string[], flags: { readonly json?: boolean; readonly plot?: string }) => {
      const { compareRows } = await import("../runs/index.ts");
      await requireOutputFolders(flags.plot === undefined ? {} : { plot: flags.plot });
      const runs = await readRuns(folders, stderr);
      const width = stdout.isTTY === true ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
      const tables = (): string => splitColumns(compareRows(runs), width).map(table).join("\n");
      stdout.write(flags.json === true ? await jsonLines(runs) : tables());
      if (flags.plot !== undefined) await writePlot(runs, flags.plot);
    });
  command
    .command("report")
    .description("write the report of each run again, from what is in its folder")
    .argument("<folders...>", FOLDERS)
    .action(async (folders: readonly string[]) => {
      const { findRuns, writeReport } = await import("../runs/node.ts");
      for (const folder of await findRuns(folders)) stdout.write(`${await writeReport(folder)}\n`);
    });
}

function jsonOption(): Option {
  return new Option("--json", "print JSON, a line a run, instead of a table");
}

/** Runs that are damaged do not hide the others: of them there is a warning, unless there are no others. */
async function readRuns(folders: readonly string[], stderr: TextOutput): Promise<Run[]> {
  const { findRuns, readRun } = await import("../runs/node.ts");
  const runs: Run[] = [];
  const problems: DeconvnetError[] = [];
  for (const path of await findRuns(folders)) {
    try {
      runs.push(await readRun(path));
    } catch (error) {
      if (!(error instanceof DeconvnetError)) throw error;
      problems.push(error);
    }
  }
  const [first] = problems;
  if (runs.length === 0 && first !== undefined) throw first;
  for (const { message } of problems) stderr.write(`warning: ${message}\n`);
  return runs;
}

function table(rows: readonly (readonly string[])[]): string {
  return `${alignColumns(rows).join("\n")}\n`;
}

async function jsonLines(runs: readonly Run[]): Promise<string> {
  const { runJson } = await import("../runs/index.ts");
  return runs.map((run) => `${JSON.stringify(runJson(run))}\n`).join("");
}

async function writePlot(runs: readonly Run[], path: string): Promise<void> {
  const { meanIoUChart } = await import("../runs/index.ts");
  const { writeFileAtomically } = await import("../weights/node.ts");
  await writeFileAtomically(path, [new TextEncoder().encode(`${meanIoUChart(runs)}\n`)]);
}
