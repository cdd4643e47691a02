/** Loading a file's tensors into a network: which of them fit by name, type and shape, and what to do with the others. */
import { FormatError, OptionError } from "../errors.ts";
import { formatShape, sameShape, type Tensor, type ValueInfo } from "../onnx/index.ts";
import { printable } from "../printable.ts";

export interface MatchOptions {
  /** Where the tensors come from, for messages: a file name, if known with its architecture. */
  readonly source: string;
  /** Tensors that are not taken from the file even if they fit: the score layer's, when the class list is another. */
  readonly replace?: readonly string[];
  /** Whether tensors that do not fit are left out (a start from some layers) instead of refused. */
  readonly partial?: boolean;
}

/** What was loaded; the name lists are in the order of the network, `unused` in that of the file. */
export interface MatchResult {
  /** The file's tensors that fit. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Their names. */
  readonly kept: readonly string[];
  /** Tensors of the network that `replace` named: they start anew. */
  readonly replaced: readonly string[];
  /** Tensors of the network that the file does not give (`partial`): they stay at their initial values. */
  readonly initial: readonly string[];
  /** Tensors of the file that the network does not take (`partial`). */
  readonly unused: readonly string[];
}

interface Difference {
  readonly missing: readonly ValueInfo[];
  readonly unexpected: readonly string[];
  readonly misfits: readonly { readonly wanted: ValueInfo; readonly given: Tensor }[];
}

/**
 * Matches a file's tensors with the parameters of a network.
 *
 * @param expected - The network's parameters.
 * @param available - The file's tensors.
 * @param options - {@link MatchOptions}.
 * @returns {@link MatchResult}.
 * @throws {FormatError} if the file is not of this network; the message lists every tensor that does not fit. With
 * `partial` only if not one fits.
 * @throws {OptionError} if `replace` names a tensor that the network does not have.
 * @example
 * ```ts
 * const scoreLayer = ["seg-score-voc.weight", "seg-score-voc.bias"];
 * const { tensors, kept } = matchTensors(graph.parameters, file.tensors, { source: "model.safetensors", replace: scoreLayer });
 * ```
 */
export function matchTensors(
  expected: readonly ValueInfo[],
  available: ReadonlyMap<string, Tensor>,
  options: MatchOptions,
): MatchResult {
  const replaced = replacedNames(expected, options.replace ?? []);
  const wanted = expected.filter(({ name }) => !replaced.has(name));
  const tensors = new Map<string, Tensor>();
  const missing: ValueInfo[] = [];
  const misfits: { wanted: ValueInfo; given: Tensor }[] = [];
  for (const info of wanted) {
    const given = available.get(info.name);
    if (given === undefined) missing.push(info);
    else if (given.type === info.type && sameShape(given.shape, info.shape)) tensors.set(info.name, given);
    else misfits.push({ wanted: info, given });
  }
  const names = new Set(expected.map(({ name }) => name));
  const unexpected = [...available.keys()].filter((name) => !names.has(name));
  const difference: Difference = { missing, unexpected, misfits };
  const fits = options.partial === true ? tensors.size > 0 : missing.length + unexpected.length + misfits.length === 0;
  if (!fits) throw mismatchError(wanted.length, tensors.size, difference, options);
  return {
    tensors,
    kept: [...tensors.keys()],
    replaced: [...replaced],
    initial: wanted.map(({ name }) => name).filter((name) => !tensors.has(name)),
    unused: [...available.keys()].filter((name) => !tensors.has(name) && !replaced.has(name)),
  };
}

/** The names to be replaced, in the network's order. */
function replacedNames(expected: readonly ValueInfo[], replace: readonly string[]): ReadonlySet<string> {
  const known = expected.map(({ name }) => name);
  const strangers = replace.filter((name) => !known.includes(name));
  if (strangers.length > 0) {
    throw new OptionError(
      `matchTensors: expected replace to name some of the network's ${known.length} tensors, got ${strangers.join(", ")}.`,
    );
  }
  return new Set(known.filter((name) => replace.includes(name)));
}

function mismatchError(total: number, fitting: number, difference: Difference, options: MatchOptions): FormatError {
  const { missing, unexpected, misfits } = difference;
  const rule = options.partial === true ? `at least one of the ${total} tensors` : `the ${total} tensors`;
  const lines = [
    `matchTensors: expected ${rule} of the network, got ${fitting} that fit from ${printable(options.source, 400)}: ` +
      `${missing.length} missing, ${misfits.length} of another shape or type, ${unexpected.length} unexpected. ` +
      "Use a file of this architecture.",
    ...missing.map(({ name, shape }) => `  missing: ${printable(name)} ${formatShape(shape)}`),
    ...misfits.map(({ wanted, given }) => `  differs: ${printable(wanted.name)} ${differenceOf(wanted, given)}`),
    ...unexpected.map((name) => `  unexpected: ${printable(name)}`),
  ];
  return new FormatError(lines.join("\n"));
}

function differenceOf(wanted: ValueInfo, given: Tensor): string {
  const types = wanted.type === given.type ? ["", ""] : [`${wanted.type} `, `${given.type} `];
  return `expected ${types[0]}${formatShape(wanted.shape)}, got ${types[1]}${printable(formatShape(given.shape))}`;
}
