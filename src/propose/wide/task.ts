import type { Integer } from '../../fixedpoint/integer.js';
import type { RawRange } from '../../plan/plan.js';
import type { ReducedProblem } from '../../plan/reduction.js';
import type { ErrorTarget } from '../../segment/target.js';
import type { ResolvedSpec } from '../../spec.js';
import type { WideTail } from './tail.js';

/** What is to be divided into segments, in formats that doubles cannot judge. */
export interface WideTask {
  readonly spec: ResolvedSpec;
  readonly range: RawRange<Integer>;
  readonly problem: ReducedProblem;
  readonly target: ErrorTarget;
  readonly tails: readonly WideTail[];
}
