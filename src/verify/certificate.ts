import { maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { Interval } from '../fixedpoint/interval.js';
import type { FunctionDefinition } from '../function/definition.js';
import { canonicalJson, planHash } from '../plan/canonical.js';
import { UNITS_PER_ULP } from '../plan/loops.js';
import type { KernelPlan } from '../plan/plan.js';
import { absoluteUlp } from '../segment/target.js';
import { sha256Hex } from '../sha256.js';
import {
  exactPointsOf,
  isBounded,
  joinsOf,
  symmetryOf,
  type ExactPoints,
  type JoinSummary,
  type SymmetrySummary,
} from './properties.js';
import { claimedIntervals, isClaimed, type Stretch } from './coverage.js';
import { countIn, heldInputs } from './saturation.js';
import type { ErrorStats, Extreme } from './stats.js';

/** Errors over a set of inputs, of those that were run. */
export interface ErrorSummary {
  readonly inputs: number;
  /** Greatest ulp error, rounded up to six decimals; where not every input was run, a bound that holds for all. */
  readonly maxUlp: number;
  /** Where not every input was run, the greatest that was seen: that of the worst input. */
  readonly seenUlp?: number;
  readonly worstInput: Integer | null;
  /** Mean ulp error, to six decimals. */
  readonly meanUlp: number;
  readonly correctlyRounded: number;
  readonly faithful: number;
  /** Greatest relative error, where the target has one. */
  readonly maxRelative?: number;
}

/** How a proof covers every input: by running it, or by bounds that hold for all. */
export type ProofMethod = 'exhaustive' | 'enclosure';

/** Numbers of inputs. */
export interface Saturated {
  /** In the range and the tails. */
  readonly claim: Integer;
  readonly format: Integer;
}

/** What running a plan on every input showed, or bounding its error and running it on some. */
export interface Certificate {
  readonly planHash: string;
  /** Absent where every input was run. */
  readonly method?: 'enclosure';
  /** The inputs that were run: all of the input format, unless the method is another. */
  readonly inputsChecked: number;
  /** Inputs on which f is undefined: in the CRC, not in the errors. */
  readonly undefinedInputs: number;
  /**
   * Inputs at which f has a value that rounds to no number of the output: errors are of f clamped to what it holds.
   * Of all inputs of the format, whether they were run or not. Null where that is not known.
   */
  readonly saturated: Saturated | null;
  /** Inputs whose verdict needed multiple precision. */
  readonly decidedExactly: number;
  /** Over the range and the tails: what the target promises. */
  readonly claim: ErrorSummary;
  /** Over the inputs that tails serve, where there are any. */
  readonly tails?: ErrorSummary;
  /** Over every input of the format on which f is defined. */
  readonly format: ErrorSummary;
  /** Inputs of the format whose error lies between 0, 1/4, 1/2, 1 and 2 ulps, and beyond. */
  readonly histogram: readonly number[];
  /**
   * Steps from an input to the next that go against f, where f is monotone; and steps where its direction is
   * unknown. Null where not every input was run.
   */
  readonly monotone: {
    readonly against: number;
    readonly firstAgainst: number | null;
    readonly undirected: number;
  } | null;
  readonly outputs: {
    readonly least: Extreme | null;
    readonly most: Extreme | null;
    /** Whether they stay within the range of f, rounded outward; null where that could not be enclosed. */
    readonly bounded: boolean | null;
  };
  readonly symmetry: SymmetrySummary | null;
  readonly exactPoints: ExactPoints;
  readonly joins: JoinSummary;
  /** Widths that interval arithmetic proves for every intermediate, in bits. */
  readonly widths: { readonly product: number; readonly accumulator: number };
  /**
   * CRC-32 of the outputs of all inputs that were run, by ascending input, as 8 hexadecimal digits: 32-bit
   * little-endian words, or of 64 bits where a format has more than 32.
   */
  readonly crc32: string;
  /** SHA-256 of all the above, so that a certificate that was edited is noticed. */
  readonly digest: string;
}

/** The digest that a certificate should have. */
export function certificateDigest({ digest: _digest, ...claims }: Certificate): string {
  return sha256Hex(canonicalJson(claims));
}

/** Rounded up, so that what is printed is never less than what was found. */
export function roundUp(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.ceil(value * scale) / scale;
}

/** Rounded up to seven significant digits. */
function roundUpRelative(value: number): number {
  const nearest = Number(value.toExponential(6));
  if (nearest >= value) return nearest;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 6);
  return Number((nearest + unit).toExponential(6));
}

export function summarise(stats: ErrorStats, withRelative: boolean): ErrorSummary {
  const mean = Number(stats.totalUnits) / UNITS_PER_ULP / Math.max(1, stats.inputs);
  return {
    inputs: stats.inputs,
    maxUlp: roundUp(stats.maxUlp, 6),
    worstInput: stats.worstInput,
    meanUlp: Number(mean.toFixed(6)),
    correctlyRounded: stats.correctlyRounded,
    faithful: stats.faithful,
    ...(withRelative ? { maxRelative: roundUpRelative(stats.maxRelative) } : {}),
  };
}

/** Stats over parts of the format. */
export interface StatsByPart {
  /** The range and the tails. */
  readonly claimed: ErrorStats;
  readonly tails: ErrorStats;
  readonly format: ErrorStats;
}

export function makeCertificate(
  plan: KernelPlan,
  definition: FunctionDefinition,
  { claimed, tails, format }: StatsByPart,
): Certificate {
  const withRelative = plan.target.relative !== undefined;
  const { least, most, against, firstAgainst, undirected } = format;
  const claims = {
    planHash: planHash(plan),
    inputsChecked: format.inputs + format.undefinedInputs,
    undefinedInputs: format.undefinedInputs,
    saturated: saturatedOf(plan, definition),
    decidedExactly: format.decidedExactly,
    claim: summarise(claimed, withRelative),
    ...(tails.inputs > 0 ? { tails: summarise(tails, withRelative) } : {}),
    format: summarise(format, withRelative),
    histogram: format.histogram,
    monotone: { against, firstAgainst, undirected },
    outputs: { least, most, bounded: isBounded(plan, definition, format) },
    symmetry: symmetryOf(plan, definition, format),
    exactPoints: exactPointsOf(plan, definition),
    joins: joinsOf(plan, definition),
    widths: widthsOf(plan),
    crc32: format.crc32.toString(16).padStart(8, '0'),
    digest: '',
  };
  return Object.freeze({ ...claims, digest: certificateDigest(claims) });
}

/** How many inputs have an f that the output can't hold. */
export function saturatedOf(plan: KernelPlan, definition: FunctionDefinition): Saturated | null {
  const { input, output, finish } = plan;
  const found = heldInputs(definition, { input, output, overflow: finish.overflow });
  if (!found) return null;
  const count = (stretches: readonly Interval[]): Integer =>
    toInteger(stretches.reduce((sum, stretch) => sum + countIn(found.saturated, stretch), 0n));
  const all = { lo: minRawBigint(input), hi: maxRawBigint(input) };
  return { claim: count(claimedIntervals(plan)), format: count([all]) };
}

export function widthsOf({ bounds }: KernelPlan): Certificate['widths'] {
  return {
    product: Math.max(0, ...bounds.steps.map(({ product }) => product.bits)),
    accumulator: Math.max(
      bounds.accumulator.bits,
      ...bounds.steps.map(({ accumulator }) => accumulator.bits),
    ),
  };
}

/** How a certificate covers every input. */
export function methodOf({ method }: Certificate): ProofMethod {
  return method ?? 'exhaustive';
}

/** Whether the plan meets its target on every input that the target covers. */
export function meetsTarget(plan: KernelPlan, claimed: ErrorStats): boolean {
  const relative = plan.target.relative ?? Infinity;
  return claimed.maxUlp <= absoluteUlp(plan.target, plan.output.fracBits) && claimed.maxRelative <= relative;
}

/** Whether something is claimed of a unit that it does not show. */
export function missesTarget(plan: KernelPlan, unit: Stretch, shown: ErrorStats): boolean {
  return isClaimed(unit) && !meetsTarget(plan, shown);
}
