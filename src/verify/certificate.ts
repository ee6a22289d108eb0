import { toInteger, type Integer } from '../fixedpoint/integer.js';
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
import { isClaimed, type Stretch } from './coverage.js';
import { allInputs, countCommon, heldInputsOf } from './saturation.js';
import type { ErrorStats, Extreme } from './stats.js';

/**
 * Errors over a set of inputs, of those that were run. The error at an input is |raw result − f(x) · 2^n|, f clamped to
 * what the output holds.
 */
export interface ErrorSummary {
  /** Inputs at which f has a value. */
  readonly inputs: number;
  /**
   * Of these, the saturated ones: f rounds to no number of the output. They count in the greatest error, and in nothing
   * else: it is no merit to clamp what is clamped. Null where they are not known apart, and count everywhere.
   */
  readonly saturated: number | null;
  /** Greatest ulp error, rounded up to six decimals; where not every input was run, a bound that holds for all. */
  readonly maxUlp: number;
  /** Where not every input was run, the greatest that was seen: that of the worst input. */
  readonly seenUlp?: number;
  readonly worstInput: Integer | null;
  /** Mean ulp error, to six decimals, of the inputs that are not saturated. */
  readonly meanUlp: number;
  /** Those with an error of at most half an ulp: the nearest output. */
  readonly correctlyRounded: number;
  /** Those with an error below one ulp: one of the two outputs beside f(x). */
  readonly faithful: number;
  /** Greatest relative error, where the target has one. */
  readonly maxRelative?: number;
}

/** How a proof covers every input: by running it, or by bounds that hold for all. */
export type ProofMethod = 'exhaustive' | 'enclosure';

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
   * Inputs of the whole format, whether they were run or not, at which f has a value that rounds to no number of the
   * output. Null where that is not known.
   */
  readonly saturatedInputs: Integer | null;
  /** Inputs whose verdict needed multiple precision. */
  readonly decidedExactly: number;
  /** Over the range and the tails: what the target promises. */
  readonly claim: ErrorSummary;
  /** Over the inputs that tails serve, where there are any. */
  readonly tails?: ErrorSummary;
  /** Over every input of the format on which f is defined. */
  readonly format: ErrorSummary;
  /** Inputs of the format, but for saturated ones, whose error lies between 0, 1/4, 1/2, 1 and 2 ulps, and beyond. */
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

/** @param held stats of those of the same inputs that are not saturated; undefined where these are not known apart */
export function summarise(
  stats: ErrorStats,
  held: ErrorStats | undefined,
  withRelative: boolean,
): ErrorSummary {
  const counted = held ?? stats;
  const mean = Number(counted.totalUnits) / UNITS_PER_ULP / Math.max(1, counted.inputs);
  return {
    inputs: stats.inputs,
    saturated: held ? stats.inputs - held.inputs : null,
    maxUlp: roundUp(stats.maxUlp, 6),
    worstInput: stats.worstInput,
    meanUlp: Number(mean.toFixed(6)),
    correctlyRounded: counted.correctlyRounded,
    faithful: counted.faithful,
    ...(withRelative ? { maxRelative: roundUpRelative(stats.maxRelative) } : {}),
  };
}

/** Stats over a part of the format, and over those of its inputs that are not saturated, where they are known apart. */
export interface PartStats {
  readonly all: ErrorStats;
  readonly held: ErrorStats | undefined;
}

export interface StatsByPart {
  /** The range and the tails. */
  readonly claimed: PartStats;
  readonly tails: PartStats;
  readonly format: PartStats;
}

export function makeCertificate(
  plan: KernelPlan,
  definition: FunctionDefinition,
  { claimed, tails, format }: StatsByPart,
): Certificate {
  const withRelative = plan.target.relative !== undefined;
  const summaryOf = ({ all, held }: PartStats): ErrorSummary => summarise(all, held, withRelative);
  const { least, most, against, firstAgainst, undirected } = format.all;
  const claims = {
    planHash: planHash(plan),
    inputsChecked: format.all.inputs + format.all.undefinedInputs,
    undefinedInputs: format.all.undefinedInputs,
    saturatedInputs: summaryOf(format).saturated,
    decidedExactly: format.all.decidedExactly,
    claim: summaryOf(claimed),
    ...(tails.all.inputs > 0 ? { tails: summaryOf(tails) } : {}),
    format: summaryOf(format),
    histogram: (format.held ?? format.all).histogram,
    monotone: { against, firstAgainst, undirected },
    outputs: { least, most, bounded: isBounded(plan, definition, format.all) },
    symmetry: symmetryOf(plan, definition, format.all),
    exactPoints: exactPointsOf(plan, definition),
    joins: joinsOf(plan, definition),
    widths: widthsOf(plan),
    crc32: format.all.crc32.toString(16).padStart(8, '0'),
    digest: '',
  };
  return Object.freeze({ ...claims, digest: certificateDigest(claims) });
}

/** How many inputs of the format have an f that the output can't hold, by enclosures of f alone. */
export function saturatedInputsOf(plan: KernelPlan, definition: FunctionDefinition): Integer | null {
  const found = heldInputsOf(plan, definition);
  return found ? toInteger(countCommon(found.saturated, [allInputs(plan.input)])) : null;
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
