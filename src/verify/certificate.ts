import { createHash } from 'node:crypto';
import { canonicalJson, planHash } from '../plan/canonical.js';
import type { KernelPlan } from '../plan/plan.js';
import { absoluteUlp } from '../segment/target.js';
import type { ErrorStats } from './stats.js';

/** Errors over a set of inputs. */
export interface ErrorSummary {
  readonly inputs: number;
  /** Greatest ulp error, rounded up to six decimals. */
  readonly maxUlp: number;
  readonly worstInput: number | null;
  readonly correctlyRounded: number;
  readonly faithful: number;
  /** Greatest relative error, where the target has one. */
  readonly maxRelative?: number;
}

/** What running a plan on every input showed. */
export interface Certificate {
  readonly planHash: string;
  /** All inputs of the input format. */
  readonly inputsChecked: number;
  /** Of these, tails proven by the monotonicity of f against a constant instead of one by one. */
  readonly inputsByMonotonicity: number;
  /** Inputs on which f is undefined: in the CRC, not in the errors. */
  readonly undefinedInputs: number;
  /** Inputs whose verdict needed multiple precision. */
  readonly decidedExactly: number;
  /** Over the range and the tails: what the target promises. */
  readonly claim: ErrorSummary;
  /** Over every input of the format on which f is defined. */
  readonly format: ErrorSummary;
  /** CRC-32 of all outputs as 32-bit little-endian words, by ascending input, as 8 hexadecimal digits. */
  readonly crc32: string;
  /** SHA-256 of all the above, so that a certificate that was edited is noticed. */
  readonly digest: string;
}

/** The digest that a certificate should have. */
export function certificateDigest({ digest: _digest, ...claims }: Certificate): string {
  return createHash('sha256').update(canonicalJson(claims)).digest('hex');
}

/** Rounded up, so that what is printed is never less than what was found. */
function roundUp(value: number, decimals: number): number {
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
  return {
    inputs: stats.inputs,
    maxUlp: roundUp(stats.maxUlp, 6),
    worstInput: stats.worstInput,
    correctlyRounded: stats.correctlyRounded,
    faithful: stats.faithful,
    ...(withRelative ? { maxRelative: roundUpRelative(stats.maxRelative) } : {}),
  };
}

export function makeCertificate(
  plan: KernelPlan,
  claimed: ErrorStats,
  format: ErrorStats,
  inputsByMonotonicity: number,
): Certificate {
  const withRelative = plan.target.relative !== undefined;
  const claims = {
    planHash: planHash(plan),
    inputsChecked: format.inputs + format.undefinedInputs,
    inputsByMonotonicity,
    undefinedInputs: format.undefinedInputs,
    decidedExactly: format.decidedExactly,
    claim: summarise(claimed, withRelative),
    format: summarise(format, withRelative),
    crc32: format.crc32.toString(16).padStart(8, '0'),
    digest: '',
  };
  return Object.freeze({ ...claims, digest: certificateDigest(claims) });
}

/** Whether the plan meets its target on every input that the target covers. */
export function meetsTarget(plan: KernelPlan, claimed: ErrorStats): boolean {
  const relative = plan.target.relative ?? Infinity;
  return claimed.maxUlp <= absoluteUlp(plan.target, plan.output.fracBits) && claimed.maxRelative <= relative;
}
