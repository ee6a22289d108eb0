import { formatName, maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { Interval } from '../fixedpoint/interval.js';
import { definedInputs } from '../plan/inputs.js';
import type { KernelPlan } from '../plan/plan.js';
import { describeTarget } from '../segment/target.js';
import type { Certificate } from './certificate.js';
import { claimedIntervals } from './coverage.js';
import { countIn } from './saturation.js';

/** What a certificate comes to: where the target holds, and what lies outside of that. */
export interface Claim {
  /** `1 ulp` */
  readonly target: string;
  /** Where it holds, in words. */
  readonly where: string;
  /** The inputs for which it is claimed, in per cent of the format. */
  readonly percent: number;
  /** Whether that is every input at which f has a value that the output can hold. */
  readonly complete: boolean;
  /** Greatest error of an input with a value for which nothing is claimed, against f clamped; undefined where there is none, or it errs no more. */
  readonly restMaxUlp?: number;
  /** Inputs whose f the output can't hold; null where that is not known. */
  readonly saturated: number | null;
  /** Of the inputs for which the target is claimed and whose f the output can hold, at least so many per cent have the nearest output. */
  readonly correctlyRoundedPercent: number;
}

/** @param plan that the certificate is of */
export function claimOf(plan: KernelPlan, certificate: Certificate): Claim {
  const { claim, format, saturated } = certificate;
  const all = 2 ** plan.input.bits;
  const claimed = countOf(plan, claimedIntervals(plan));
  const defined = countOf(plan, [{ lo: minRawBigint(plan.input), hi: maxRawBigint(plan.input) }]);
  const saturatedOutside = saturated ? Number(saturated.format) - Number(saturated.claim) : 0;
  const complete = claimed + saturatedOutside >= defined;
  // Of formats that are not run on every input, what was counted is a sample.
  const clamped = certificate.method === 'enclosure' ? 0 : Number(saturated?.claim ?? 0);
  // Each input whose f is clamped may have been rounded correctly: of the others, it is at least so many.
  const nearest = Math.max(0, claim.correctlyRounded - clamped);
  return {
    target: describeTarget(plan.target),
    where: whereText(plan, { complete, isWhole: claimed === all, isDefined: claimed === defined }),
    percent: (100 * claimed) / all,
    complete,
    ...(claimed < defined && format.maxUlp > claim.maxUlp ? { restMaxUlp: format.maxUlp } : {}),
    saturated: saturated ? Number(saturated.format) : null,
    correctlyRoundedPercent: (100 * nearest) / Math.max(1, claim.inputs - clamped),
  };
}

/** How many inputs of some intervals have a value. */
function countOf(plan: KernelPlan, intervals: readonly Interval[]): number {
  const defined = definedInputs(plan);
  return Number(intervals.reduce((sum, interval) => sum + countIn(defined, interval), 0n));
}

function whereText(
  plan: KernelPlan,
  { complete, isWhole, isDefined }: { complete: boolean; isWhole: boolean; isDefined: boolean },
): string {
  const { input, output, range } = plan;
  const format = formatName(input);
  if (isWhole) return `at every input of ${format}`;
  if (isDefined) return `at every input of ${format} at which the function has a value`;
  const unit = 2 ** -input.fracBits;
  const interval = `[${Number(range.lo) * unit}, ${Number(range.hi) * unit}]`;
  return complete
    ? `at every input of ${format} whose value ${formatName(output)} can hold, ${interval}`
    : `on ${interval} only`;
}

/** The whole of a claim in one line. */
export function claimText(plan: KernelPlan, certificate: Certificate): string {
  const claim = claimOf(plan, certificate);
  const share = `${percentText(claim.percent)} of the format`;
  return [
    `${claim.target} holds ${claim.where}${claim.percent === 100 ? '' : ` (${share})`}`,
    ...saturatedText(plan, claim),
    ...(claim.restMaxUlp === undefined ? [] : [`the rest errs by up to ${claim.restMaxUlp} ulp`]),
    ...directionText(certificate),
  ].join('; ');
}

function saturatedText({ input, output }: KernelPlan, { saturated }: Claim): readonly string[] {
  if (!saturated) return [];
  const share = percentText((100 * saturated) / 2 ** input.bits);
  return [
    `at ${saturated} ${saturated === 1 ? 'input' : 'inputs'} (${share}) the value is beyond ${formatName(output)} and saturates`,
  ];
}

/** Never 100 for less than all, nor 0 for more than none. */
function percentText(percent: number): string {
  const text = percent.toFixed(1);
  if (text === '100.0' && percent < 100) return 'over 99.9 %';
  return text === '0.0' && percent > 0 ? `${percent.toPrecision(1)} %` : `${text} %`;
}

function directionText({ monotone }: Certificate): readonly string[] {
  if (monotone === null) return [];
  const { against } = monotone;
  if (against === 0) return ['monotone where the function is'];
  return [`not monotone at ${against} ${against === 1 ? 'input' : 'inputs'}`];
}
