/** What a case consists of. */
import type { Command, Facts } from "./measured-process.ts";
import type { Peers } from "./peers.ts";
import type { Workspace } from "./workspace.ts";

/** Settings of a program that change its speed but not its results. */
export interface Form {
  readonly name: string;
  readonly settings: object;
}

export interface Contender {
  readonly name: string;
  /** Its program, or why there is none. */
  readonly command: Command | string;
  /** Made when the command is there: files are written for it. */
  readonly settings: () => Promise<object>;
  /** The fastest one is measured. It is looked for once for all contenders with the same key. */
  readonly forms?: { readonly key: string; readonly all: readonly Form[] };
  /** For a program that takes minutes. */
  readonly mostRounds?: number;
}

export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** This library first. */
  contenders(peers: Peers, files: Workspace): readonly Contender[];
  /** Of one piece of work, by what this library's program says of itself. */
  multiplyAdds?(facts: Facts): number;
  /** Every round in a process of its own: for work that a user does once. */
  readonly freshProcess?: boolean;
}
