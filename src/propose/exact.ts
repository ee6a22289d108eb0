import { targetError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import { reduce } from '../plan/interpret.js';
import type { ReducedProblem } from '../plan/reduction.js';
import type { ResolvedSpec } from '../spec.js';

/** What doubles can be off, in ulps. */
const DOUBLE_ERROR = 1e-6;

/**
 * Reduced arguments at which results have to be f itself: those that are asked for; else the centre of a point
 * symmetry, so that a kernel for an odd function gives 0 for 0 and does not jump there.
 *
 * @throws target error where f is no multiple of an ulp at a point that is asked for
 */
export function exactArguments(spec: ResolvedSpec, problem: ReducedProblem): number[] {
  const { fold, approximand } = problem;
  if (spec.exact === undefined) {
    const centre = approximand.evaluate(0) * 2 ** spec.output.fracBits;
    const centred = fold?.sign === -1 && approximand.lo === 0 && Number.isInteger(centre);
    return centred && spec.polish !== 'none' ? [0] : [];
  }
  const plan = {
    ...(fold ? { fold } : {}),
    reduce: problem.reduce(spec.output.fracBits),
    argumentFracBits: approximand.fracBits,
  };
  return spec.exact
    .map((x) => {
      const scaled = spec.definition.evaluate(x) * 2 ** spec.output.fracBits;
      if (Math.abs(scaled - Math.round(scaled)) > DOUBLE_ERROR) throw notRepresentable(spec, x);
      return Number(reduce(plan, BigInt(x * 2 ** spec.input.fracBits)).argument);
    })
    .toSorted((a, b) => a - b);
}

export function notRepresentable({ definition, output }: ResolvedSpec, x: number): Error {
  return targetError(
    'exact-impossible',
    `${definition.name}(${x}) = ${definition.evaluate(x)} is not a number of ${formatName(output)}, so no kernel can be exact there`,
    'leave it out of --exact',
    '--exact',
  );
}
