import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { findFunction } from '../../src/function/catalogue.js';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { propose } from '../../src/propose/propose.js';
import { checkMonotone } from '../../src/propose/shape.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { brokenShape, widestMeeting } from '../../src/verify/shape.js';
import { verify } from '../../src/verify/verify.js';

/** The outputs of a plan on the inputs from … to, by its interpreter. */
function outputs(plan: KernelPlan, from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => Number(interpret(plan, BigInt(from + i))));
}

/** Steps between neighbouring outputs of the range that go against a direction. */
function stepsAgainst(plan: KernelPlan, direction: number): number {
  const results = outputs(plan, Number(plan.range.lo), Number(plan.range.hi));
  return results.filter((y, i) => i > 0 && (y - results[i - 1]) * direction < 0).length;
}

const SPECS: readonly (KernelSpec & { readonly direction: 1 | -1 })[] = [
  { function: 'tanh', input: 'Q4.12', output: 'Q1.15', direction: 1 },
  { function: 'sigmoid', input: 'Q4.12', output: 'Q1.15', direction: 1 },
  { function: 'rsqrt', format: 'Q4.12', direction: -1 },
  { function: 'rsqrt', format: 'UQ8.8', range: [0.25, 200], direction: -1 },
  { function: 'exp', format: 'Q6.10', range: [-4, 3], direction: 1 },
  { function: 'log2', format: 'Q6.10', range: [0.1, 31], direction: 1 },
  { function: 'cos', format: 'Q3.11', range: [0, 3.1], direction: -1 },
  { function: 'softplus', format: 'Q5.9', direction: 1 },
  { function: 'x^3/8', format: 'Q3.9', range: [-2, 2], direction: 1 },
  { function: 'erfc', format: 'Q4.10', direction: -1 },
  // Coarse outputs: a step of the input is far less than a unit of the accumulator.
  { function: 'tanh', input: 'Q4.12', output: 'Q1.7', direction: 1 },
  { function: 'asin', input: 'Q2.12', output: 'Q3.10', range: [-1, 1], direction: 1 },
];

const WAYS: readonly Partial<KernelSpec>[] = [
  { order: 3 },
  { order: 2, ulp: 2 },
  { order: 1, ulp: 3 },
  { order: 4, segmentation: 'dyadic' },
];

describe('a kernel that has to be monotone', () => {
  const cases = SPECS.flatMap(({ direction, ...spec }, i) =>
    WAYS.filter((_, k) => (k + i) % 2 === 0).map((way) => ({
      title: JSON.stringify({ ...spec, ...way }),
      spec: { ...spec, ...way },
      direction,
    })),
  );
  it.each(cases)('is, and its pieces meet: $title', async ({ spec, direction }) => {
    const { plan, certificate } = await synthesize({ ...spec, monotone: true, continuous: 1 });
    expect(stepsAgainst(plan, direction)).toBe(0);
    expect(certificate.claim.maxUlp).toBeLessThanOrEqual(spec.ulp ?? 1);
    expect(certificate.joins.widestUlp).toBeLessThanOrEqual(1);
    expect(widestMeeting(plan, findFunction(spec.function)).ulp).toBeLessThanOrEqual(1);
    expect(plan.shape).toEqual({ monotone: true, continuous: 1 });
  });

  it('of Q8.24 goes in one direction around every join, and takes few segments more', () => {
    for (const [name, direction, range] of [
      ['tanh', 1, [-8, 8]],
      ['rsqrt', -1, [1, 4]],
    ] as const) {
      const spec = { function: name, range, ulp: 2, monotone: true, continuous: 1 };
      const { plan, notes } = propose(resolveSpec(spec));
      const free = propose(resolveSpec({ function: name, range, ulp: 2 })).plan;
      for (const { lo } of plan.segments.slice(1)) {
        const around = outputs(plan, Number(lo) - 200, Number(lo) + 200);
        expect(around.every((y, i) => i === 0 || (y - around[i - 1]) * direction >= 0)).toBe(true);
      }
      expect(plan.segments.length).toBeLessThanOrEqual(Math.ceil(1.15 * free.segments.length));
      expect(notes.join()).toContain(
        `monotone, pieces meet within 1 ulp: ${plan.segments.length} segments; without, ${free.segments.length} would do`,
      );
    }
  });

  it.each(['greedy', 'dyadic'] as const)('is exact where it has to be as well: %s', async (segmentation) => {
    const spec = { function: 'log2', format: 'Q4.12', range: [1, 2], exact: [1, 1.5, 2] } as const;
    await expect(synthesize({ ...spec, monotone: true })).rejects.toMatchObject({
      diagnostic: { code: 'exact-impossible' },
    });
    const half = {
      ...spec,
      function: '(x^2 + x)/4',
      exact: [1, 1.25, 1.5],
      segmentation,
      order: 1,
      ulp: 4,
    } as const;
    const { plan } = await synthesize({ ...half, monotone: true });
    const at = half.exact.map((x) => x * 4096);
    expect(at.map((x) => interpret(plan, BigInt(x)))).toEqual(
      half.exact.map((x) => BigInt(((x * x + x) / 4) * 4096)),
    );
    expect(stepsAgainst(plan, 1)).toBe(0);
  });

  it.each([
    [
      { function: 'sin', format: 'Q4.12', range: [-7, 7] },
      /sin turns near -4\.7.*not monotone on \[-7, 7\]/,
      /--range=/,
    ],
    [{ function: 'silu', format: 'Q8.8' }, /silu turns near -1\.2/, /--range=-1\.2\d*,/],
    [{ function: 'gaussian', format: 'Q4.8', range: [-1, 2] }, /gaussian turns near -?0/, /--range=0,2 /],
  ] as const)('is refused where the function is not: %j', (spec, message, hint) => {
    const refusal = catchRefusal(() => propose(resolveSpec({ ...spec, monotone: true } as KernelSpec)));
    expect(refusal.exitStatus).toBe(2);
    expect(refusal.diagnostic).toMatchObject({ code: 'not-monotone', path: '--monotone' });
    expect(refusal.diagnostic.message).toMatch(message);
    expect(refusal.diagnostic.hint).toMatch(hint);
    // What is suggested is accepted.
    const [, lo, hi] = /--range=([-\d.e]+),([-\d.e]+)/.exec(refusal.diagnostic.hint ?? '') ?? [];
    const { format } = spec;
    const asked = {
      function: spec.function,
      format,
      range: [Number(lo), Number(hi)],
      monotone: true,
    } as const;
    expect(() => checkMonotone(resolveSpec(asked), rawRange(asked))).not.toThrow();
  });
});

function rawRange(spec: KernelSpec): { readonly lo: number; readonly hi: number } {
  const { range } = resolveSpec(spec);
  if (!range) throw new TypeError('a range was given');
  return { lo: Number(range.lo), hi: Number(range.hi) };
}

function catchRefusal(run: () => unknown): ApproxgenError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
    throw error;
  }
  throw new TypeError('nothing was refused');
}

describe('a shape and a relative target', () => {
  it.each([{ monotone: true }, { continuous: 1 }, { monotone: true, continuous: 1 }])(
    'are met together: %o',
    async (shape) => {
      const spec = { function: 'exp', input: 'Q4.12', output: 'Q8.8', range: [0, 4] as const };
      const { plan, certificate } = await synthesize({ ...spec, relative: 0.004, ...shape });
      expect(certificate.claim.maxRelative).toBeLessThanOrEqual(0.004);
      expect(stepsAgainst(plan, 1)).toBe(0);
    },
  );
});

describe('continuity', () => {
  it.each([
    { function: 'tanh', format: 'Q4.12', order: 2, ulp: 6 },
    { function: 'sin', format: 'Q4.12', order: 2, ulp: 4 },
    { function: 'tanh', format: 'Q4.12', order: 0, ulp: 40, continuous: 90 },
  ] as KernelSpec[])('is kept where it would not come by itself: %j', async (spec) => {
    const asked = spec.continuous ?? 1;
    const { continuous: _continuous, ...rest } = spec;
    const free = await synthesize(rest);
    const { plan, certificate } = await synthesize({ ...spec, continuous: asked });
    if (spec.continuous === undefined) expect(free.certificate.joins.widestUlp).toBeGreaterThan(asked);
    expect(certificate.joins.widestUlp).toBeLessThanOrEqual(asked);
    expect(widestMeeting(plan, findFunction(spec.function)).ulp).toBeLessThanOrEqual(asked);
  });

  it('of 0 lets both sides of every join give the same output', async () => {
    const { certificate } = await synthesize({ function: 'sigmoid', format: 'Q4.12', continuous: 0 });
    expect(certificate.joins.joins).toBeGreaterThan(1);
    expect(certificate.joins.widestUlp).toBe(0);
  });

  it('that can not be had is a target that is not met', async () => {
    const spec = {
      function: 'tanh',
      format: 'Q4.12',
      order: 0,
      ulp: 40,
      continuous: 1,
    } as const;
    await expect(synthesize(spec)).rejects.toMatchObject({
      exitStatus: 1,
      diagnostic: { code: 'shape-not-met' },
    });
  });
});

describe('the proof of a shape', () => {
  const spec = { function: 'tanh', input: 'Q4.10', output: 'Q1.15', monotone: true, continuous: 1 } as const;

  it('finds a segment that goes down a little, and one that is shifted', async () => {
    const { plan } = await synthesize(spec);
    expect((await verify(plan)).met).toBe(true);
    const changed = (by: number): KernelPlan => {
      const segments = plan.segments.map((segment, i) =>
        i === 1
          ? { ...segment, coefficients: segment.coefficients.map((c, k) => (k === 3 ? Number(c) + by : c)) }
          : segment,
      );
      return completePlan({ ...plan, target: { ulp: 100 }, segments });
    };
    const lower = await verify(changed(-(40 << plan.guardBits)));
    expect(lower.met).toBe(false);
    expect(lower.broken).toMatch(/outputs go against tanh at \d+ inputs, first about raw input -?\d+/);
    const higher = completePlan({ ...changed(2 << plan.guardBits), shape: { continuous: 1 } });
    expect((await verify(higher)).broken).toMatch(/meet 2 ulp apart/);
    expect((await verify(completePlan({ ...higher, shape: { continuous: 2 } }))).met).toBe(true);
  });

  it('does not believe a plan that calls its function monotone', async () => {
    const { plan } = await synthesize({ function: 'sin', format: 'Q3.7', order: 2, range: [-3, 3] });
    const { met, broken } = await verify(completePlan({ ...plan, shape: { monotone: true } }));
    expect({ met, broken }).toEqual({ met: false, broken: 'sin is not monotone on the range' });
  });

  it('does not count the step from an input of which nothing is claimed', () => {
    const plan = {
      ...propose(resolveSpec({ function: 'rsqrt', format: 'Q4.8', range: [1, 4], monotone: true })).plan,
    };
    expect(brokenShape(plan, findFunction('rsqrt'), { against: 1, firstAgainst: 256 })).toBeUndefined();
    expect(brokenShape(plan, findFunction('rsqrt'), { against: 1, firstAgainst: 257 })).toMatch(
      /against rsqrt/,
    );
  });
});
