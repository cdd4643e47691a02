/** `deconvnet doctor`: what the machine has, what is missing, and whether it computes as it should. */
import { Option } from "commander";
import { checkDevice, type DeviceReport, type ReferenceFigure } from "../doctor/index.ts";
import { BackendError } from "../errors.ts";
import { createNodeRuntime, NODE_DEVICES, type NodeDevice, probeDevices } from "../runtime/node.ts";
import { createNodeTraining } from "../train/node.ts";
import type { ConfigureCommand, Terminal } from "./command.ts";
import { readEnvironment } from "./doctor-environment.ts";
import { checkPackages } from "./doctor-packages.ts";
import {
  type AbsentDevice,
  count,
  type DoctorReport,
  describeAbsent,
  describeDevice,
  describeEnvironment,
  describePackages,
  describeThreads,
  describeVerdict,
  findProblems,
} from "./doctor-report.ts";
import { countEngineThreads } from "./engine-threads.ts";

export interface DoctorOptions {
  /** What the figures are compared with. Default: the stored ones. */
  readonly reference?: readonly ReferenceFigure[];
}

interface DoctorFlags {
  readonly json?: boolean;
  readonly device?: NodeDevice;
}

export function doctorCommand(options: DoctorOptions = {}): ConfigureCommand {
  return (command, terminal) => {
    const one = new Option("--device <name>", "check this device only; default: all that are there");
    command.addOption(one.choices(NODE_DEVICES)).option("--json", "print JSON instead of text");
    command.action(async ({ json, device }: DoctorFlags) => {
      const silent = { write: () => {} };
      const output = json === true ? { ...terminal, stdout: silent } : terminal;
      const { ok, ...report } = await examine(options, device, output);
      if (json === true) terminal.stdout.write(`${JSON.stringify({ ...report, ok }, undefined, 2)}\n`);
      if (ok) return;
      const { problems } = report;
      throw new BackendError(
        `doctor: expected no problem, got ${count(problems)}: ${problems.map((problem) => problem.replace(/\.$/, "")).join("; ")}.`,
      );
    });
  };
}

/** Prints each part as soon as it is known: should a driver bring the process down, what came before is on the screen. */
async function examine(
  { reference }: DoctorOptions,
  only: NodeDevice | undefined,
  { stdout, signal }: Terminal,
): Promise<DoctorReport> {
  const environment = readEnvironment();
  stdout.write(describeEnvironment(environment));
  const packages = await checkPackages();
  stdout.write(describePackages(packages));
  const runs = packages.every(({ name, loads }) => loads || name !== "onnxruntime-node");
  const devices: DeviceReport[] = [];
  const absent: AbsentDevice[] = [];
  let threads: number | null = null;
  if (runs) {
    threads = (await countEngineThreads()) ?? null;
    stdout.write(describeThreads(threads));
    for (const { device, reason } of await probeDevices(only === undefined ? NODE_DEVICES : [only])) {
      if (reason === null) {
        const parts = { runtime: await createNodeRuntime({ device }), training: await createNodeTraining({ device }) };
        const report = await checkDevice(parts, { signal, ...(reference === undefined ? {} : { reference }) });
        stdout.write(describeDevice(report));
        devices.push(report);
      } else {
        const missing = { device, reason, needed: device === only };
        stdout.write(describeAbsent(missing));
        absent.push(missing);
      }
    }
  }
  const problems = findProblems({ ...environment, packages, devices, absent });
  stdout.write(describeVerdict(problems));
  return { ...environment, packages, threads, devices, absent, problems, ok: problems.length === 0 };
}
