import { expect } from 'vitest';
import { refuse } from '../../src/cli/verdict.js';
import { ApproxgenError } from '../../src/diagnostic.js';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { completePlan } from '../../src/plan/build.js';
import { planHash } from '../../src/plan/canonical.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { verify, type Proof } from '../../src/verify/verify.js';
import { mutantsOf } from './mutants.js';

const VERDICTS = ['not well-formed', 'misses the target', 'other outputs', 'same outputs'] as const;
type Verdict = (typeof VERDICTS)[number];
export type Tally = Record<Verdict, number>;

export const newTally = (): Tally =>
  Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0] as const)) as Tally;

/**
 * Judges every mutant of a plan twice: as it is, beside the original's certificate, and with bounds that fit it
 * again, by a proof of its own. What a proof can't tell from the original has the same outputs, one by one.
 */
export async function judgeMutants(plan: KernelPlan, tally: Tally): Promise<void> {
  const { certificate, met } = await verify(plan);
  expect(met).toBe(true);
  let outputs: readonly bigint[] | undefined;
  for (const { what, plan: mutant } of mutantsOf(plan)) {
    const whole = completed(mutant);
    for (const candidate of [mutant, ...(whole ? [whole] : [])]) {
      expect(planHash(candidate), what).not.toBe(planHash(plan));
      const refusal = isWellFormed(candidate)
        ? refuse('', { plan: candidate, certificate, digest: '' })?.diagnostic?.code
        : 'malformed-plan';
      expect(['malformed-plan', 'other-plan'], what).toContain(refusal);
    }
    const verdict = whole ? await verdictOn(whole, certificate.crc32) : 'not well-formed';
    tally[verdict]++;
    if (verdict !== 'same outputs' || !whole) continue;
    outputs ??= outputsOf(plan);
    expect(outputsOf(whole), what).toEqual(outputs);
  }
}

async function verdictOn(mutant: KernelPlan, crc32: string): Promise<Verdict> {
  let proof: Proof;
  try {
    proof = await verify(mutant);
  } catch (error) {
    // A result that may not overflow does: that is no kernel.
    if (mutant.finish.overflow === 'error' && error instanceof RangeError) return 'misses the target';
    throw error;
  }
  if (!proof.met) return 'misses the target';
  return proof.certificate.crc32 === crc32 ? 'same outputs' : 'other outputs';
}

/** A mutant whose bounds fit it again: the hardest to notice. Undefined where nothing makes it well-formed. */
function completed(mutant: KernelPlan): KernelPlan | undefined {
  try {
    const plan = completePlan(mutant);
    return isWellFormed(plan) ? plan : undefined;
  } catch {
    return undefined;
  }
}

function isWellFormed(plan: KernelPlan): boolean {
  try {
    checkWellFormed(plan);
    return true;
  } catch (error) {
    if (error instanceof ApproxgenError) return false;
    throw error;
  }
}

function outputsOf(plan: KernelPlan): readonly bigint[] {
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];
  return Array.from({ length: last - first + 1 }, (_, i) => interpret(plan, first + i));
}

/** `mutants: 1234 of 1234 caught; 17 change nothing that any input can see, refused by their hash` */
export function report(tally: Tally): string {
  const same = tally['same outputs'];
  const total = VERDICTS.reduce((sum, verdict) => sum + tally[verdict], 0);
  const ways = VERDICTS.slice(0, -1).map((verdict) => `${tally[verdict]} ${verdict}`);
  return `mutants: ${total - same} of ${total - same} caught (${ways.join(', ')}); ${same} change nothing that any input can see, refused by their hash`;
}
