import { targetError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import type { ReducedProblem } from '../plan/reduction.js';
import type { ResolvedSpec } from '../spec.js';
import { argumentReducer } from './argument.js';

/** What doubles can be off, in ulps. */
const DOUBLE_ERROR = 1e-6;

/** Whether f is a multiple of an ulp at an input, as far as doubles tell. */
function isHeldInDoubles({ definition, output }: ResolvedSpec, x: number): boolean {
  const scaled = definition.evaluate(x) * 2 ** output.fracBits;
  return Math.abs(scaled - Math.round(scaled)) <= DOUBLE_ERROR;
}

/**
 * Reduced arguments at which results have to be f itself, ascending: those that are asked for; else the centre of a
 * point symmetry, so that a kernel for an odd function gives 0 for 0 and does not jump there.
 *
 * @param isHeld whether f is a multiple of an ulp at an input
 * @throws target error where it is none at a point that is asked for
 */
export function exactArguments(
  spec: ResolvedSpec,
  problem: ReducedProblem,
  isHeld: (spec: ResolvedSpec, x: number) => boolean = isHeldInDoubles,
): readonly bigint[] {
  const { fold, ends, approximand } = problem;
  if (spec.exact === undefined) {
    const centre = approximand.evaluate(0) * 2 ** spec.output.fracBits;
    const centred = fold?.sign === -1 && ends.lo === 0n && Number.isInteger(centre);
    return centred && spec.polish !== 'none' ? [0n] : [];
  }
  const argumentOf = argumentReducer(spec, problem);
  return spec.exact
    .map((x) => {
      if (!isHeld(spec, x)) throw notRepresentable(spec, x);
      return argumentOf(BigInt(x * 2 ** spec.input.fracBits));
    })
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function notRepresentable({ definition, output }: ResolvedSpec, x: number): Error {
  return targetError(
    'exact-impossible',
    `${definition.name}(${x}) = ${definition.evaluate(x)} is not a number of ${formatName(output)}, so no kernel can be exact there`,
    'leave it out of --exact',
    '--exact',
  );
}
