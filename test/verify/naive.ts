import { crc32 } from 'node:zlib';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { representable } from '../../src/fixedpoint/overflow.js';
import { findFunction } from '../../src/function/catalogue.js';
import { dyadic } from '../../src/function/dyadic.js';
import { interpret, reduce } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import type { Certificate, ErrorSummary } from '../../src/verify/certificate.js';

/** As many as a proof takes, so that both see f at its limit from the same input on. */
const EXTRA_BITS = 48;
/** A unit in which errors are added up for their mean: 2^-20 ulp. */
const UNIT_BITS = 28n;
const HALF_UNIT = 1n << 27n;

/** |output − f(x) · 2^n| in units of 2^-48 ulp, f clamped to the format, from the function's definition alone. */
export function naiveError(plan: KernelPlan, x: number, output: bigint): bigint {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  const exact = findFunction(plan.function).exact(
    dyadic(x, plan.input.fracBits),
    plan.output.fracBits + EXTRA_BITS,
  );
  if (exact === undefined) throw new TypeError(`${plan.function} has no value at ${x}`);
  const scaled = (value: number | bigint) => BigInt(value) << BigInt(EXTRA_BITS);
  const clamped = exact < scaled(min) ? scaled(min) : exact > scaled(max) ? scaled(max) : exact;
  const difference = scaled(output) - clamped;
  return difference < 0n ? -difference : difference;
}

/** Every input of the format, one by one, with nothing of the proof's machinery. */
export function naiveCertificate(
  plan: KernelPlan,
): Pick<Certificate, 'inputsChecked' | 'undefinedInputs' | 'claim' | 'format' | 'crc32'> {
  const first = minRaw(plan.input);
  const count = maxRaw(plan.input) - first + 1;
  const words = new Int32Array(count);
  const errors: Judged[] = [];
  let undefinedInputs = 0;
  for (let i = 0; i < count; i++) {
    const x = first + i;
    const output = interpret(plan, x);
    words[i] = Number(output);
    if (!hasValue(plan, x)) undefinedInputs++;
    else {
      const error = naiveError(plan, x, output);
      errors.push({ x, error, claimed: isClaimed(plan, x), saturated: isSaturated(plan, x) });
    }
  }
  return {
    inputsChecked: count,
    undefinedInputs,
    claim: summary(errors.filter(({ claimed }) => claimed)),
    format: summary(errors),
    crc32: crc32(new Uint8Array(words.buffer)).toString(16).padStart(8, '0'),
  };
}

/** An input with the error of its output, in units of 2^-48 ulp. */
interface Judged {
  readonly x: number;
  readonly error: bigint;
  readonly claimed: boolean;
  /** Whether f rounds to no number of the output. */
  readonly saturated: boolean;
}

function isSaturated(plan: KernelPlan, x: number): boolean {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  const bits = plan.output.fracBits + EXTRA_BITS;
  const exact = findFunction(plan.function).exact(dyadic(x, plan.input.fracBits), bits) ?? 0n;
  const half = 1n << BigInt(EXTRA_BITS - 1);
  const scaled = (value: number) => BigInt(value) << BigInt(EXTRA_BITS);
  return exact >= scaled(max) + half || exact <= scaled(min) - half;
}

function hasValue({ function: name, input }: KernelPlan, x: number): boolean {
  return findFunction(name).exact(dyadic(x, input.fracBits), 0) !== undefined;
}

/** In the range for which the target was asked, or served by a tail. */
function isClaimed(plan: KernelPlan, x: number): boolean {
  const { low, high } = plan.tails;
  const { argument } = reduce(plan, BigInt(x));
  const inTail = (low && argument < BigInt(low.bound)) || (high && argument >= BigInt(high.bound));
  return inTail === true || (x >= Number(plan.range.lo) && x <= Number(plan.range.hi));
}

function summary(errors: readonly Judged[]): ErrorSummary {
  const held = errors.filter(({ saturated }) => !saturated);
  const one = 1n << BigInt(EXTRA_BITS);
  let worst = errors[0];
  for (const candidate of errors) if (candidate.error > worst.error) worst = candidate;
  const total = held.reduce((sum, { error }) => sum + ((error + HALF_UNIT) >> UNIT_BITS), 0n);
  const millionths = worst.error * 1_000_000n;
  const roundedUp = millionths % one === 0n ? millionths / one : millionths / one + 1n;
  return {
    inputs: errors.length,
    saturated: errors.length - held.length,
    maxUlp: Number(roundedUp) / 1_000_000,
    worstInput: worst.x,
    meanUlp: Number((Number(total) / 2 ** 20 / Math.max(1, held.length)).toFixed(6)),
    correctlyRounded: held.filter(({ error }) => 2n * error <= one).length,
    faithful: held.filter(({ error }) => error < one).length,
  };
}
