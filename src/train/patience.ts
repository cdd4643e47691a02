/** How long a training goes on without getting better: lower rates on a plateau, and stopping early. */

/** Counted from validation to validation. */
export interface Patience {
  /** Validations since the best one. */
  readonly sinceBest: number;
  /** Validations since the best one or the last reduction of the rate, whichever was later. */
  readonly sinceChange: number;
  /** How often the rate was reduced. */
  readonly reductions: number;
}

export const FIRST_PATIENCE: Patience = Object.freeze({ sinceBest: 0, sinceChange: 0, reductions: 0 });

/**
 * Counts a validation.
 *
 * @param best - Whether it was better than all before.
 * @param patience - Validations without a better one after which the rate is reduced; `undefined` never reduces it.
 */
export function afterValidation(before: Patience, best: boolean, patience: number | undefined): Patience {
  if (best) return { ...before, sinceBest: 0, sinceChange: 0 };
  const counted = { ...before, sinceBest: before.sinceBest + 1, sinceChange: before.sinceChange + 1 };
  if (patience === undefined || counted.sinceChange < patience) return counted;
  return { ...counted, sinceChange: 0, reductions: before.reductions + 1 };
}
