import { afterAll, describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { completePlan } from '../../src/plan/build.js';
import { planHash } from '../../src/plan/canonical.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan, PlanDraft } from '../../src/plan/plan.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { verify } from '../../src/verify/verify.js';

const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q4.12', order: 2, ulp: 2 },
  { function: 'tanh', format: 'Q8.8', range: [-4, 4], ulp: 2 },
  { function: 'sigmoid', input: 'Q6.10', output: 'Q1.15', ulp: 8, order: 2 },
  { function: 'rsqrt', format: 'Q4.12' },
  { function: 'exp', format: 'Q4.8' },
  { function: 'log2', input: 'UQ4.8', output: 'Q5.11' },
  { function: 'tanh', format: 'Q3.7', order: 0 },
];

/** Everything of a plan that decides an output. */
const MEANING = [
  'undefined',
  'fold',
  'reduce',
  'tails',
  'select',
  'segments',
  'argumentFracBits',
  'coefficientFracBits',
  'guardBits',
  'steps',
] as const;

/** The place of every number below a value: `segments.3.coefficients.0`. */
function numberPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => numberPaths(member, [...path, key]));
}

function changed<T>(value: T, path: readonly string[], by: number): T {
  if (path.length === 0) return ((value as number) + by) as T;
  const [key, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[key] = changed(copy[key], rest, by);
  return copy as T;
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

/** A mutant whose bounds are made to fit it again: the hardest to notice. */
function completed(draft: PlanDraft): KernelPlan | undefined {
  try {
    const plan = completePlan(draft);
    return isWellFormed(plan) ? plan : undefined;
  } catch {
    return undefined;
  }
}

type Verdict = 'not well-formed' | 'misses the target' | 'other outputs' | 'same outputs';

async function judge(original: KernelPlan, crc32: string, mutant: KernelPlan | undefined): Promise<Verdict> {
  if (!mutant) return 'not well-formed';
  expect(planHash(mutant)).not.toBe(planHash(original));
  const { certificate, met } = await verify(mutant);
  if (!met) return 'misses the target';
  return certificate.crc32 === crc32 ? 'same outputs' : 'other outputs';
}

function outputsOf(plan: KernelPlan): bigint[] {
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];
  return Array.from({ length: last - first + 1 }, (_, i) => interpret(plan, first + i));
}

const totals: Record<Verdict, number> = {
  'not well-formed': 0,
  'misses the target': 0,
  'other outputs': 0,
  'same outputs': 0,
};

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('%s', (_, spec) => {
  const { plan } = propose(resolveSpec(spec));
  const paths = MEANING.flatMap((key) => numberPaths(plan[key], [key]));

  it('every number of the plan, changed by one, is noticed', { timeout: 120_000 }, async () => {
    const { crc32 } = (await verify(plan)).certificate;
    const stale: string[] = [];
    let outputs: bigint[] | undefined;
    for (const path of paths) {
      for (const by of [-1, 1]) {
        const mutant = changed(plan, path, by);
        // As it is, the mutant's bounds or hash give it away.
        if (planHash(mutant) === planHash(plan)) stale.push(path.join('.'));
        const verdict = await judge(plan, crc32, completed(mutant));
        totals[verdict]++;
        if (verdict === 'same outputs') {
          outputs ??= outputsOf(plan);
          expect(outputsOf(mutant), `${path.join('.')} ${by}`).toEqual(outputs);
        }
      }
    }
    expect(stale).toEqual([]);
  });

  it('an unchanged copy is not taken for a mutant', async () => {
    const { crc32 } = (await verify(plan)).certificate;
    const copy = completePlan(JSON.parse(JSON.stringify(plan)) as PlanDraft);
    expect(planHash(copy)).toBe(planHash(plan));
    const { certificate, met } = await verify(copy);
    expect({ met, crc32: certificate.crc32 }).toEqual({ met: true, crc32 });
  });
});

afterAll(() => {
  const total = Object.values(totals).reduce((a, b) => a + b, 0);
  const lines = Object.entries(totals).map(([verdict, count]) => `${count} ${verdict}`);
  console.log(`${total} mutants: ${lines.join(', ')}`);
});
