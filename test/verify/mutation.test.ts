import { afterAll, describe, expect, it } from 'vitest';
import { completePlan } from '../../src/plan/build.js';
import { planHash } from '../../src/plan/canonical.js';
import type { PlanDraft } from '../../src/plan/plan.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { verify } from '../../src/verify/verify.js';
import { judgeMutants, newTally, report } from './judge-mutants.js';

/** A few of what test/slow/mutation.test.ts does in full. */
const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q4.6' },
  { function: 'silu', input: 'Q4.5', output: 'Q5.6' },
  { function: 'rsqrt', format: 'Q4.6', order: 2 },
  { function: 'log2', input: 'UQ4.6', output: 'Q5.7' },
  { function: 'exp', format: 'Q4.6' },
  { function: 'sin', input: 'Q5.5', output: 'Q2.8', ulp: 2 },
];

const tally = newTally();

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('%s', (_, spec) => {
  const { plan } = propose(resolveSpec(spec));

  it('every number of the plan, changed by one, is noticed', () => judgeMutants(plan, tally));

  it('an unchanged copy is not taken for a mutant', async () => {
    const { crc32 } = (await verify(plan)).certificate;
    const copy = completePlan(JSON.parse(JSON.stringify(plan)) as PlanDraft);
    expect(planHash(copy)).toBe(planHash(plan));
    const { certificate, met } = await verify(copy);
    expect({ met, crc32: certificate.crc32 }).toEqual({ met: true, crc32 });
  });
});

afterAll(() => console.log(report(tally)));
