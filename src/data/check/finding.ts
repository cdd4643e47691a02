/** One thing that a check of a data set found, and how it is said. */

export type FindingCode =
  | "empty-split"
  | "missing-photos"
  | "missing-label-maps"
  | "unreadable-photos"
  | "unreadable-label-maps"
  | "sizes-differ"
  | "wrong-object-maps"
  | "unmapped-values"
  | "only-void"
  | "splits-share-ids"
  | "splits-share-photos"
  | "absent-classes"
  | "few-photos"
  | "much-void"
  | "duplicate-photos"
  | "turned-photos"
  | "ambiguous-photos"
  | "photos-left-out"
  | "odd-palettes"
  | "only-background";

export interface Finding {
  /** An error stops a training or makes its scores wrong; a warning may be meant so. */
  readonly level: "error" | "warning";
  readonly code: FindingCode;
  /** Files, classes or photos that it is about. */
  readonly count: number;
  /** The first three of them. */
  readonly examples: readonly string[];
  /** `expected <rule>, got <what is there>`. */
  readonly text: string;
  /** What to do. */
  readonly fix: string;
}

const SHOWN = 3;

/** Makes a finding; none if nothing is concerned. */
export function finding(
  [level, code]: readonly [Finding["level"], FindingCode],
  concerned: readonly string[],
  text: string,
  fix: string,
): Finding[] {
  if (concerned.length === 0) return [];
  return [{ level, code, count: concerned.length, examples: concerned.slice(0, SHOWN), text, fix }];
}

/** Why the first of some files cannot be read, in the words of its decoder; empty if there is none. */
export function firstReason(unread: readonly (object | undefined)[]): string {
  const [first] = unread;
  if (first === undefined || !("message" in first)) return "";
  return `The first: ${String(first.message)
    .replace(/^decode\w+: .*?: /, "")
    .replace(/\.?$/, ".")}`;
}

/** A finding in one line: rule, value, the first files, the fix. */
export function findingText({ text, examples, count, fix }: Finding): string {
  return `${text}: ${examples.join(", ")}${count > examples.length ? ", ..." : ""}. ${fix}`;
}
