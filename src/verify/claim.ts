import { formatName } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { Interval } from '../fixedpoint/interval.js';
import { findFunction } from '../function/catalogue.js';
import { inputsIn } from '../plan/domain.js';
import type { KernelPlan } from '../plan/plan.js';
import { describeTarget } from '../segment/target.js';
import type { Certificate } from './certificate.js';
import { claimedIntervals } from './coverage.js';
import { allInputs, countCommon, heldInputsOf } from './saturation.js';

/** What a certificate comes to: where the target holds, and what is outside of that. */
export interface Claim {
  /** `1 ulp` */
  readonly target: string;
  /** The inputs for which the target is claimed, as values: ascending intervals, both ends included. */
  readonly intervals: readonly (readonly [number, number])[];
  /** How many of them f has a value at, and which part of all inputs of the format that is. */
  readonly inputs: Integer;
  readonly percent: number;
  /** Whether those are all at which f has a value. */
  readonly everyValue: boolean;
  /** Whether those are at least all at which f has a value that the output can hold. */
  readonly complete: boolean;
  /** The other inputs at which f has a value. */
  readonly rest: Integer;
  /** What these err at most, where that is more than the claimed ones do; f is clamped to what the output holds. */
  readonly restMaxUlp: number | null;
  /** Inputs of the format at which f has a value that the output can't hold; null where that is not known. */
  readonly saturated: Integer | null;
  /** Inputs of the format at which f has no value. */
  readonly undefined: Integer;
  /**
   * Of the claimed inputs that were run and whose f the output can hold, how many have the nearest output, in per cent;
   * null where there is no such input.
   */
  readonly correctlyRoundedPercent: number | null;
}

/** @param plan that the certificate is of */
export function claimOf(plan: KernelPlan, certificate: Certificate): Claim {
  const { claim, format, saturatedInputs } = certificate;
  const counts = certificate.method === 'enclosure' ? countedInputs(plan) : runInputs(certificate);
  const unit = 2 ** -plan.input.fracBits;
  const held = claim.inputs - (claim.saturated ?? 0);
  const rest = counts.valued - counts.claimed;
  return {
    target: describeTarget(plan.target),
    intervals: claimedIntervals(plan).map(({ lo, hi }) => [Number(lo) * unit, Number(hi) * unit] as const),
    inputs: toInteger(counts.claimed),
    percent: percentOf(plan, counts.claimed),
    everyValue: rest === 0n,
    complete: counts.unclaimedHeld === 0n,
    rest: toInteger(rest),
    restMaxUlp: rest > 0n && format.maxUlp > claim.maxUlp ? format.maxUlp : null,
    saturated: saturatedInputs,
    undefined: toInteger((1n << BigInt(plan.input.bits)) - counts.valued),
    correctlyRoundedPercent: held === 0 ? null : (100 * claim.correctlyRounded) / held,
  };
}

/** Numbers of inputs of a format. */
interface Counts {
  /** At which f has a value. */
  readonly valued: bigint;
  /** Of these, those for which the target is claimed. */
  readonly claimed: bigint;
  /** Those for which it is not, although the output can hold f, as far as that is known. */
  readonly unclaimedHeld: bigint;
}

/** As they were run. */
function runInputs({ claim, format }: Certificate): Counts {
  const heldOf = ({ inputs, saturated }: Certificate['claim']): number => inputs - (saturated ?? 0);
  return {
    valued: BigInt(format.inputs),
    claimed: BigInt(claim.inputs),
    unclaimedHeld: BigInt(heldOf(format) - heldOf(claim)),
  };
}

/** Of formats with too many inputs to run all: from the domain of f, and enclosures of it. */
function countedInputs(plan: KernelPlan): Counts {
  const definition = findFunction(plan.function);
  const valued = definition.domain
    .map((piece) => inputsIn(piece, plan.input))
    .filter(({ lo, hi }) => lo <= hi);
  const claimed = claimedIntervals(plan);
  const held = heldInputsOf(plan, definition)?.held ?? valued;
  const count = (some: readonly Interval[], others = [allInputs(plan.input)] as readonly Interval[]) =>
    countCommon(some, others);
  return {
    valued: count(valued),
    claimed: count(valued, claimed),
    unclaimedHeld: count(held) - count(held, claimed),
  };
}

function percentOf({ input }: KernelPlan, inputs: bigint | Integer): number {
  return (100 * Number(inputs)) / 2 ** input.bits;
}

/**
 * A claim in one line, what it leaves out first: target, where it holds, what the rest errs, what saturates and has no
 * value, and whether outputs follow the function's direction.
 *
 * @param monotoneCost what is added where they do not, perhaps
 */
export function claimText(plan: KernelPlan, certificate: Certificate, monotoneCost?: string): string {
  const claim = claimOf(plan, certificate);
  return [
    headText(plan, claim),
    ...restText(plan, certificate, claim),
    ...saturatedText(plan, claim),
    ...undefinedText(plan, claim),
    ...directionText(certificate, monotoneCost),
  ].join('; ');
}

function headText(plan: KernelPlan, { target, intervals, percent, everyValue, complete }: Claim): string {
  const input = formatName(plan.input);
  if (percent === 100) return `${target} at every input of ${input}`;
  if (everyValue) return `${target} at every input of ${input} with a value (${percentText(percent)})`;
  const where = intervals.map(([lo, hi]) => `[${inward(lo, 'up')}, ${inward(hi, 'down')}]`).join(' and ');
  return complete
    ? `${target} at every input of ${input} whose value ${formatName(plan.output)} holds: ${where} (${percentText(percent)})`
    : `only on ${where}, ${percentText(percent)} of the inputs of ${input}: ${target}`;
}

function restText(plan: KernelPlan, { method }: Certificate, claim: Claim): readonly string[] {
  if (claim.everyValue) return [];
  const rest = claim.complete ? `the rest is beyond ${formatName(plan.output)}, and` : 'the rest';
  if (claim.restMaxUlp === null) return claim.complete ? [] : [`${rest} errs no more`];
  if (method === 'enclosure' && claim.restMaxUlp >= 2 ** plan.output.bits)
    return [`of the rest nothing is proven`];
  return [`${rest} errs by up to ${claim.restMaxUlp} ulp`];
}

function saturatedText(plan: KernelPlan, { saturated }: Claim): readonly string[] {
  const isClamped = plan.finish.overflow === 'saturate' || plan.finish.overflow === 'saturate-symmetric';
  const verb = isClamped ? 'saturate' : 'overflow';
  if (saturated === null) return [`how many inputs ${verb} is not known`];
  if (saturated === 0) return [`none ${verb}s`];
  return [`${inputsText(plan, saturated)} ${saturated === 1 ? `${verb}s` : verb}`];
}

function undefinedText(plan: KernelPlan, claim: Claim): readonly string[] {
  if (claim.undefined === 0) return [];
  return [`${inputsText(plan, claim.undefined)} ${claim.undefined === 1 ? 'has' : 'have'} no value`];
}

function inputsText(plan: KernelPlan, inputs: Integer): string {
  return `${inputs} ${inputs === 1 ? 'input' : 'inputs'} (${percentText(percentOf(plan, inputs))})`;
}

function directionText({ monotone, inputsChecked }: Certificate, cost?: string): readonly string[] {
  if (monotone === null) return [];
  const { against, undirected } = monotone;
  if (against > 0) {
    const where = `not monotone at ${against} ${against === 1 ? 'input' : 'inputs'}`;
    return [where, ...(cost === undefined ? [] : [cost])];
  }
  // The first input has no step to it.
  if (undirected <= 1) return ['monotone'];
  if (undirected >= inputsChecked) return ['whether it is monotone is not known'];
  return [`monotone where the function is, which is not known at ${undirected} inputs`];
}

/** Never 100 for less than all, nor 0 for more than none. */
export function percentText(percent: number): string {
  if (percent === 100) return '100 %';
  const text = percent.toFixed(1);
  if (text === '100.0') return 'over 99.9 %';
  return text === '0.0' && percent > 0 ? `${Number(percent.toPrecision(1))} %` : `${text} %`;
}

const DIGITS = 6;

/** An end of a claim in few digits, so that what is said is no more than what holds. */
function inward(value: number, direction: 'up' | 'down'): number {
  const nearest = Number(value.toPrecision(DIGITS));
  if (nearest === value || value === 0) return value;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - DIGITS);
  const steps = direction === 'up' ? Math.ceil(value / unit) : Math.floor(value / unit);
  return Number((steps * unit).toPrecision(DIGITS));
}
