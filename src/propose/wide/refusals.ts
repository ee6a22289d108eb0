import { targetError } from '../../diagnostic.js';
import { formatName } from '../../fixedpoint/format.js';
import type { Integer } from '../../fixedpoint/integer.js';
import type { RawRange } from '../../plan/plan.js';
import { WIDEST_PRODUCT } from '../../plan/wellformed.js';
import { absoluteUlp, describeTarget } from '../../segment/target.js';
import type { WideUnreachable } from '../../segment/wide/divide.js';
import type { ResolvedSpec } from '../../spec.js';
import { orders } from '../candidates.js';
import type { Side } from '../side.js';
import { wider } from '../tail.js';
import type { WideTask } from './task.js';
import { wideTailStart } from './tail.js';

/** Where a segment can't be served: why, and at which arguments. */
export function unreachableWide({ spec, problem }: WideTask, { segment, reason }: WideUnreachable): Error {
  const unit = 2 ** -problem.approximand.fracBits;
  const why = {
    'single-input': 'a segment is down to a single input',
    rounding: 'the rounding of the arithmetic alone is more',
    'too-many': 'it takes too many segments',
  }[reason];
  const where = `${Number(segment.lo) * unit} … ${Number(segment.hi) * unit}`;
  const { ulp } = segment.verdict;
  const reached = Number.isFinite(ulp) ? `; there ${ulp.toFixed(3)} ulp is reached` : '';
  return targetError(
    'target-not-met',
    `${describeTarget(spec.target)} can't be met by ${spec.definition.name} in ${formatName(spec.output)} with order ${orders(spec).join(' or ')}: ${why} (at ${where})${reached}`,
    reason === 'too-many'
      ? 'try a higher --order or a narrower --range'
      : 'try a larger target, or a narrower --range',
  );
}

/** No kernel's worst input errs by less than half an ulp: the nearest output can be that far away. */
export function belowRounding({ output, target }: ResolvedSpec): Error {
  return targetError(
    'target-not-met',
    `${describeTarget(target)} is ${absoluteUlp(target, output.fracBits)} ulp of ${formatName(output)}; rounding to it alone can cost half an ulp, and bounds that hold for every input take a little more`,
    'try --ulp 0.6',
    '--ulp',
  );
}

/** No line serves the inputs beyond the range. */
export function tailRefusal(spec: ResolvedSpec, side: Side, range: RawRange<Integer>): Error {
  const unit = 2 ** -spec.input.fracBits;
  const end = Number(side === 'high' ? range.hi : range.lo) * unit;
  const start = wideTailStart(spec, side);
  const hint =
    start === undefined
      ? 'no line serves any tail with this target: try a larger one'
      : `try --range=${wider(spec, side, range, Number(start))}`;
  return targetError(
    'tail-misses-target',
    `beyond ${end}, no line comes within ${describeTarget(spec.target)} of ${spec.definition.name}`,
    hint,
    '--range',
  );
}

/** Near a place where f has no finite slope, segments are so short that their coefficients are huge. */
export function tooWide(spec: ResolvedSpec, bits: number): Error {
  return targetError(
    'too-wide',
    `${spec.definition.name} in ${formatName(spec.output)} would take products of ${bits} bits, of which at most ${WIDEST_PRODUCT} can be run`,
    'try a lower --order, or a --range that keeps away from where the slope of the function has no limit',
  );
}
