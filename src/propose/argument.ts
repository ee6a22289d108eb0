import { reduce } from '../plan/interpret.js';
import type { ReducedProblem } from '../plan/reduction.js';
import type { ResolvedSpec } from '../spec.js';

/** The argument that a kernel's polynomials get for a raw input, after the fold and the reduction. */
export function argumentReducer(
  { output }: Pick<ResolvedSpec, 'output'>,
  { fold, reduce: reduction, approximand }: ReducedProblem,
): (x: bigint) => bigint {
  const plan = {
    ...(fold ? { fold } : {}),
    reduce: reduction(output.fracBits),
    argumentFracBits: approximand.fracBits,
  };
  return (x) => reduce(plan, x).argument;
}
