/** `deconvnet doctor`: what the machine has, what is missing, and whether it computes as it should. */
import { checkDevice, type Device, type DeviceReport, type ReferenceFigure } from "../doctor/index.ts";
import { BackendError } from "../errors.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { nodeTraining } from "../train/node.ts";
import type { ConfigureCommand, Terminal } from "./command.ts";
import { readEnvironment } from "./doctor-environment.ts";
import { checkPackages } from "./doctor-packages.ts";
import {
  count,
  type DoctorReport,
  describeDevice,
  describeEnvironment,
  describePackages,
  describeThreads,
  describeVerdict,
  findProblems,
} from "./doctor-report.ts";
import { countEngineThreads } from "./engine-threads.ts";

export interface DoctorOptions {
  /** Default: the processor. */
  readonly devices?: readonly Device[];
  /** What the figures are compared with. Default: the stored ones. */
  readonly reference?: readonly ReferenceFigure[];
}

const PROCESSOR: Device = { runtime: nodeRuntime, training: nodeTraining };

export function doctorCommand(options: DoctorOptions = {}): ConfigureCommand {
  return (command, terminal) => {
    command.option("--json", "print JSON instead of text").action(async ({ json }: { json?: boolean }) => {
      const silent = { write: () => {} };
      const { ok, ...report } = await examine(options, json === true ? { ...terminal, stdout: silent } : terminal);
      if (json === true) terminal.stdout.write(`${JSON.stringify({ ...report, ok }, undefined, 2)}\n`);
      if (ok) return;
      const { problems } = report;
      throw new BackendError(`doctor: expected no problem, got ${count(problems)}: ${problems.join("; ")}.`);
    });
  };
}

/** Prints each part as soon as it is known: should a driver bring the process down, what came before is on the screen. */
async function examine(options: DoctorOptions, { stdout, signal }: Terminal): Promise<DoctorReport> {
  const environment = readEnvironment();
  stdout.write(describeEnvironment(environment));
  const packages = await checkPackages();
  stdout.write(describePackages(packages));
  const runs = packages.every(({ name, loads }) => loads || name !== "onnxruntime-node");
  const devices: DeviceReport[] = [];
  let threads: number | null = null;
  if (runs) {
    threads = (await countEngineThreads()) ?? null;
    stdout.write(describeThreads(threads));
    for (const device of options.devices ?? [PROCESSOR]) {
      const { reference } = options;
      const report = await checkDevice(device, { signal, ...(reference === undefined ? {} : { reference }) });
      stdout.write(describeDevice(report));
      devices.push(report);
    }
  }
  const problems = findProblems({ ...environment, packages, devices });
  stdout.write(describeVerdict(problems));
  return { ...environment, packages, threads, devices, problems, ok: problems.length === 0 };
}
