/** How many worker threads this process has. */

interface Report {
  readonly workers?: readonly unknown[];
}

export function workerCount(): number {
  const { workers = [] } = process.report.getReport() as Report;
  return workers.length;
}
