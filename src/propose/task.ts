import type { RawRange } from '../plan/plan.js';
import type { ReducedProblem } from '../plan/reduction.js';
import type { ErrorTarget } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import type { TailProblems } from './tail.js';

/** What is to be divided into segments, and against what it is judged. */
export interface Task {
  readonly spec: ResolvedSpec;
  readonly range: RawRange;
  readonly problem: ReducedProblem;
  readonly target: ErrorTarget;
  /** What rounding costs at the least result, relative to it; a relative target has that taken off. */
  readonly rounding: number;
  readonly tails: TailProblems;
}
