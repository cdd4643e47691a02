import { expect, it } from "vitest";
import { afterValidation, FIRST_PATIENCE, type Patience } from "./patience.ts";

/** The states after validations; `+` is a better one than all before. */
function run(validations: string, patience: number | undefined): Patience[] {
  const states = [FIRST_PATIENCE];
  for (const sign of validations) states.push(afterValidation(states.at(-1) ?? FIRST_PATIENCE, sign === "+", patience));
  return states.slice(1);
}

it("reduces after so many validations without a better one, and then waits as long again", () => {
  const reductions = run("+--+-+----", 2).map((state) => state.reductions);
  expect(reductions).toEqual([0, 0, 1, 1, 1, 1, 1, 2, 2, 3]);
});

it("counts validations since the best one, whatever the rate does", () => {
  expect(run("-+---", 2).map(({ sinceBest }) => sinceBest)).toEqual([1, 0, 1, 2, 3]);
  expect(run("-+---", undefined).map(({ sinceBest }) => sinceBest)).toEqual([1, 0, 1, 2, 3]);
});

it("never reduces without a plateau schedule", () => {
  expect(run("-".repeat(50), undefined).every(({ reductions }) => reductions === 0)).toBe(true);
});
