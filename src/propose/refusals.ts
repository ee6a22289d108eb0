import { targetError } from '../diagnostic.js';
import { formatName } from '../fixedpoint/format.js';
import { search } from '../segment/search.js';
import type { Unreachable } from '../segment/serve.js';
import { absoluteUlp, describeTarget, lessRounding, type ErrorTarget } from '../segment/target.js';
import type { Certificate } from '../verify/certificate.js';
import type { ResolvedSpec } from '../spec.js';
import { orders, searchOptions } from './candidates.js';
import type { Task } from './task.js';
import { describeShape } from './shape.js';
import { tailsFor } from './tail.js';

/** No kernel's worst input errs by less than half an ulp: the nearest output can be that far away. */
export function belowRounding(task: Task): Error {
  const { spec } = task;
  const { best, hint } = bestReached(task);
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)} is below half an ulp of ${formatName(spec.output)}, which rounding to it alone can cost; best reached: ${best}`,
    hint,
    '--ulp',
  );
}

export function unreachable(task: Task, failure: Unreachable): Error {
  const { spec, problem } = task;
  const unit = 2 ** -problem.approximand.fracBits;
  const why = {
    'single-input': 'a segment is down to a single input',
    rounding: 'the rounding of the arithmetic alone is more',
    'too-many': 'it takes too many segments',
  }[failure.reason];
  const shape = spec.shape ? `, ${describeShape(spec.shape)},` : '';
  const where = `${failure.segment.lo * unit} … ${failure.segment.hi * unit}`;
  const { best, hint } = bestReached(task);
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)}${shape} can't be met by ${spec.definition.name} in ${formatName(spec.output)} with order ${orders(spec).join(' or ')}: ${why} (at ${where}); best reached: ${best}`,
    hint,
  );
}

/** Factors by which a target is relaxed, in turn, to find one that can be met. */
const RELAXATIONS = [1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 2, 3, 4, 8, 16, 64, 256, 2 ** 12, 2 ** 16, 2 ** 20];

/** What can be reached where a target can't, and the nearest target that the search meets. */
function bestReached(task: Task): { readonly best: string; readonly hint: string } {
  const { spec, problem } = task;
  const order = Math.max(...orders(spec));
  const reach = (factor: number) => {
    const relaxed = Object.entries(spec.target).map(([key, value]) => [
      key,
      Number((value * factor).toPrecision(4)),
    ]);
    const target = Object.fromEntries(relaxed) as ErrorTarget;
    if (absoluteUlp(target, spec.output.fracBits) < 0.5) return undefined;
    const searched = lessRounding(target, task.rounding);
    const options = searchOptions(
      { ...task, target: searched, tails: tailsFor(spec, problem, target) },
      order,
    );
    // To see what is possible, the most guard bits suffice.
    const found = search({ ...options, guardBits: options.guardBits.slice(-1) }, 'dyadic');
    return 'kind' in found ? undefined : { target, segments: found[0].segments };
  };
  let nearest: ReturnType<typeof reach>;
  for (let low = 0, high = RELAXATIONS.length; low < high;) {
    const middle = Math.floor((low + high) / 2);
    const reached = reach(RELAXATIONS[middle]);
    if (reached) nearest = reached;
    if (reached) high = middle;
    else low = middle + 1;
  }
  if (!nearest) {
    return { best: 'nothing useful', hint: 'try a higher --order, a narrower range or a larger target' };
  }
  const { segments, target } = nearest;
  const ulp = Math.max(...segments.map((segment) => segment.verdict.ulp));
  return {
    best: `${ulp.toFixed(3)} ulp with ${segments.length} ${segments.length === 1 ? 'segment' : 'segments'}`,
    hint: `${describeTarget(target)} can be met on these inputs`,
  };
}

/**
 * @param searches how many there were
 * @param broken what the last plan breaks of the shape that was asked for
 */
export function unprovable(
  spec: ResolvedSpec,
  certificate: Certificate,
  searches: number,
  broken?: string,
): Error {
  if (broken !== undefined) {
    return targetError(
      'shape-not-met',
      `the shape that was asked for was not reached in ${searches} searches: ${broken}`,
      'try more --guard bits, a higher --order or a larger target',
    );
  }
  const { maxUlp, worstInput, maxRelative } = certificate.claim;
  if (certificate.method === 'enclosure') {
    return targetError(
      'target-not-met',
      `${describeTarget(spec.target)} was not proven in ${searches} searches: bounds that hold for every input reach ${maxUlp} ulp`,
      'try a larger target, more --guard bits or a narrower --range',
    );
  }
  const relative = maxRelative === undefined ? '' : `, by ${maxRelative} of its value at the most`;
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)} was not reached in ${searches} searches: the best errs by ${maxUlp} ulp at raw input ${worstInput}${relative}`,
    'try a higher --order, more --guard bits or a larger target',
  );
}
