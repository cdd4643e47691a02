/** The report of `deconvnet doctor`: what is wrong, and all of it as text. */
import { type DeviceReport, FIGURE_TOLERANCE, type FormReport } from "../doctor/index.ts";
import { alignColumns } from "./align-columns.ts";
import type { Environment } from "./doctor-environment.ts";
import type { PackageReport } from "./doctor-packages.ts";
import { oneLine } from "./report-error.ts";

/** What is printed with `--json`, in this order. */
export interface DoctorReport extends Environment {
  readonly packages: readonly PackageReport[];
  /** Threads of one operator; `null` if they cannot be counted. */
  readonly threads: number | null;
  readonly devices: readonly DeviceReport[];
  /** Devices that this machine has not, each with what to install. */
  readonly absent: readonly AbsentDevice[];
  /** One line each; none if all is well. */
  readonly problems: readonly string[];
  readonly ok: boolean;
}

export interface AbsentDevice {
  readonly device: string;
  readonly reason: string;
  /** Whether it was asked for. */
  readonly needed: boolean;
}

export function findProblems({
  node,
  packages,
  devices,
  absent,
}: Pick<DoctorReport, "node" | "packages" | "devices" | "absent">): string[] {
  const problems = node.ok ? [] : [`Node ${node.version} does not fit ${node.required}; install a newer one`];
  for (const { name, needed, loads, version, install } of packages) {
    const what = version === null ? "is not installed" : "does not load";
    if (needed && !loads) problems.push(`${name} ${what}; add it: ${install}`);
  }
  for (const { device, reason, needed } of absent)
    if (needed) problems.push(`${device} is not there: ${oneLine(reason)}`);
  for (const { device, forms } of devices) {
    for (const { form, figures, error } of forms) {
      const wrong = figures.filter(({ ok }) => !ok).length;
      if (error !== null) problems.push(`${device}, ${form} form: does not run: ${oneLine(error)}`);
      else if (wrong > 0) problems.push(`${device}, ${form} form: ${wrong} of ${figures.length} figures differ`);
    }
  }
  return problems;
}

export function describeEnvironment({ deconvnet, node, platform, cpu, memory }: Environment): string {
  const cores = cpu.usable === cpu.cores ? `${cpu.cores} cores` : `${cpu.usable} of ${cpu.cores} cores`;
  const rows = [
    ["deconvnet", deconvnet],
    ["Node", `${node.version}, ${node.required} is needed: ${node.ok ? "ok" : "too old"}`],
    ["platform", `${platform.os} ${platform.arch}`],
    ["processor", `${cpu.model}, ${cores}`],
    ["memory", `${gigabytes(memory.total)}, ${gigabytes(memory.available)} available`],
  ];
  return lines([...alignColumns(rows), ""]);
}

export function describePackages(packages: readonly PackageReport[]): string {
  const rows = packages.map((entry) => [entry.name, entry.version ?? "-", entry.purpose, packageState(entry)]);
  return lines([...alignColumns(rows), ""]);
}

function packageState({ needed, version, loads, reason, install }: PackageReport): string {
  if (loads) return "ok";
  const state = version === null ? "not installed" : `does not load (${oneLine(reason ?? "")})`;
  return needed ? `${state}; add it: ${install}` : `${state}; not needed here; to add it: ${install}`;
}

export function describeThreads(threads: number | null): string {
  const count = threads === null ? "ONNX Runtime's own choice" : String(threads);
  return lines([`threads of one operator: ${count}`, ""]);
}

export function describeDevice({ device, forms, native }: DeviceReport): string {
  const note = native === null ? "" : lines([`${device}, native form: left out: ${oneLine(native)}`, ""]);
  return `${forms.map((form) => describeForm(device, form)).join("")}${note}`;
}

export function describeAbsent({ device, reason }: AbsentDevice): string {
  return lines([`${device}: not there: ${oneLine(reason)}`, ""]);
}

function describeForm(device: string, { form, times, figures, error }: FormReport): string {
  if (times === null) return lines([`${device}, ${form} form: does not run: ${oneLine(error ?? "")}`, ""]);
  const spent = `loaded in ${milliseconds(times.load)}, forward ${milliseconds(times.forward)}`;
  const title = `${device}, ${form} form: ${spent}, training step ${milliseconds(times.step)}`;
  const rows = figures.map(({ name, expected, got, difference, ok }) => {
    const measured = got === null ? "none" : got.toPrecision(7);
    const relative = difference === null ? "" : difference.toExponential(1);
    return [`  ${name}`, expected.toPrecision(7), measured, relative, ok ? "ok" : "differs"];
  });
  return lines([title, ...alignColumns([["  figure", "expected", "got", "relative difference"], ...rows]), ""]);
}

export function describeVerdict(problems: readonly string[]): string {
  if (problems.length === 0) return lines([`verdict: all is well; every figure is within ${100 * FIGURE_TOLERANCE} %`]);
  return lines([`verdict: ${count(problems)}`, ...problems.map((problem) => `- ${problem}`)]);
}

export function count(problems: readonly string[]): string {
  return problems.length === 1 ? "1 problem" : `${problems.length} problems`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 1 : 0)} ms`;
}
