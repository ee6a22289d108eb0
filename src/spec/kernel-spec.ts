import type { Histogram, MeasureFamily } from '../fit/measure.js';
import type { Polish } from '../fit/polish.js';
import type { QFormat } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import type { OverflowMode } from '../fixedpoint/overflow.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import type { FunctionDefinition } from '../function/definition.js';
import type { CostModel } from '../plan/cost-model.js';
import type { ParameterSource, RawRange, Shape } from '../plan/plan.js';
import type { CoefficientScaling } from '../segment/arithmetic.js';
import type { Division } from '../segment/lower-bound.js';
import type { ErrorTarget } from '../segment/target.js';

/** A kernel as a user asks for it. Everything but the function has a default, which `KERNEL_OPTIONS` names. */
export interface KernelSpec {
  /** A name of the catalogue, the derivative of one (`d tanh`), an expression in x, or `module:` and a path. */
  readonly function: string;
  /** `Q8.24`: input and output alike, unless `input` or `output` says otherwise. */
  readonly format?: string;
  readonly input?: string;
  readonly output?: string;
  /** Inputs for which the target must hold, as values, both ends included. */
  readonly range?: readonly [number, number];
  /** Degree of the polynomials, 0 to 12; `auto` takes the cheapest. */
  readonly order?: number | 'auto';
  /** Greatest error in ulps of the output. */
  readonly ulp?: number;
  /** Greatest absolute error. */
  readonly error?: number;
  /** Greatest relative error. */
  readonly relative?: number;
  /** How the range is divided into segments: `greedy` unless given, the fewest; `auto` takes the cheapest. */
  readonly segmentation?: Segmentation;
  /** Equal segments to start from, where they are halved. */
  readonly segments?: number;
  /** Guard bits; chosen where not given. */
  readonly guard?: number;
  /** The measure of the chaos expansion: uniform, arcsine, beta(a,b) or data. */
  readonly measure?: string;
  /** Inputs that really occur, as values, for the measure `data`. */
  readonly histogram?: Histogram;
  readonly polish?: Polish;
  /** Inputs, as values, at which the kernel has to be exact; where f is point symmetric, 0 unless given. */
  readonly exact?: readonly number[];
  /** Whether outputs must never go against f on the range, on which f has to be monotone. */
  readonly monotone?: boolean;
  /** How far apart two polynomials may be where they meet, in ulps of the output; anything where not given. */
  readonly continuous?: number;
  /** What `auto` saves: `software` unless given. */
  readonly cost?: CostModel;
  readonly coefficients?: CoefficientScaling;
  readonly stepRounding?: RoundingMode;
  readonly rounding?: RoundingMode;
  readonly overflow?: OverflowMode;
  /** Register stages of hardware targets, none for 0; chosen where not given. */
  readonly pipeline?: number;
  readonly name?: string;
}

/** A spec with every value checked and filled in, but for what the search chooses. */
export interface ResolvedSpec {
  readonly definition: FunctionDefinition;
  readonly input: QFormat;
  readonly output: QFormat;
  /** Undefined where it is left to the search. */
  readonly range: RawRange<Integer> | undefined;
  readonly order: number | 'auto';
  readonly target: ErrorTarget;
  readonly segmentation: Segmentation;
  readonly segments: number | undefined;
  readonly guard: number | undefined;
  readonly measure: MeasureFamily;
  readonly polish: Polish;
  /** Undefined where it is left to the symmetry. */
  readonly exact: readonly number[] | undefined;
  /** Undefined where nothing is asked beyond the errors. */
  readonly shape: Shape | undefined;
  readonly cost: CostModel;
  readonly coefficients: CoefficientScaling;
  readonly stepRounding: RoundingMode;
  readonly rounding: RoundingMode;
  readonly overflow: OverflowMode;
  /** Undefined where it is left to the target. */
  readonly pipeline: number | undefined;
  readonly name: string;
  /** What the user wrote, and where. */
  readonly given: KernelSpec;
  readonly givenBy: ParameterSource;
}

export const SEGMENTATIONS = ['auto', 'greedy', 'dyadic', 'uniform'] as const satisfies readonly (
  Division | 'auto'
)[];
export type Segmentation = (typeof SEGMENTATIONS)[number];
