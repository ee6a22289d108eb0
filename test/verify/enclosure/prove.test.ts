import { describe, expect, it } from 'vitest';
import { toInteger, type Integer } from '../../../src/fixedpoint/integer.js';
import { findFunction } from '../../../src/function/catalogue.js';
import { completePlan } from '../../../src/plan/build.js';
import { interpret } from '../../../src/plan/interpret.js';
import type { KernelPlan } from '../../../src/plan/plan.js';
import { propose } from '../../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../../src/spec.js';
import { certificateDigest } from '../../../src/verify/certificate.js';
import { firstWideDifference, seenBeyondTarget } from '../../../src/verify/enclosure/counterexample.js';
import { inputsToRun } from '../../../src/verify/enclosure/inputs.js';
import { exactError } from '../../../src/verify/enclosure/observe.js';
import { planKernel, proveByEnclosure } from '../../../src/verify/enclosure/prove.js';
import { verify } from '../../../src/verify/verify.js';

const planOf = (spec: KernelSpec): KernelPlan => propose(resolveSpec(spec)).plan;

const tanh = planOf({ function: 'tanh', format: 'Q32.32', order: 5 });
const exp = planOf({ function: 'exp', format: 'Q40.24', range: [-8, 8] });
const sin = planOf({ function: 'sin', format: 'Q40.24' });
const log2 = planOf({ function: 'log2', format: 'UQ32.32', order: 4 });
const PLANS = [tanh, exp, sin, log2].map((plan) => [plan.name, plan] as const);

const isMet = (plan: KernelPlan): boolean => proveByEnclosure(plan, findFunction(plan.function)).met;

describe.each(PLANS)('the proof of %s', (_, plan) => {
  const { certificate, met } = proveByEnclosure(plan, findFunction(plan.function));

  it('holds, and says of what kind it is', () => {
    expect(met).toBe(true);
    expect(certificate.method).toBe('enclosure');
    expect(certificate.digest).toBe(certificateDigest(certificate));
    expect([certificate.monotone, certificate.outputs]).toEqual([
      null,
      { least: null, most: null, bounded: null },
    ]);
    const inputs = inputsToRun(plan);
    expect(certificate.inputsChecked).toBe(inputs.length);
    expect(inputs.length).toBeGreaterThan(2000);
  });

  it('has bounds above what the worst input that was run errs', () => {
    for (const part of [certificate.claim, certificate.format]) {
      const worst = BigInt(part.worstInput ?? 0);
      const ulp = exactError(plan, findFunction(plan.function), worst, interpret(plan, worst))?.ulp ?? NaN;
      expect(part.seenUlp).toBeGreaterThanOrEqual(ulp);
      expect(part.seenUlp).toBeLessThan(ulp * (1 + 2 ** -40) + 2e-6);
      expect(part.maxUlp).toBeGreaterThanOrEqual(ulp);
    }
    expect(certificate.claim.maxUlp).toBeLessThan((certificate.claim.seenUlp ?? 0) + 0.1);
  });

  it('is the same when it is made again', async () => {
    expect(await verify(plan)).toEqual({ certificate, met });
  });

  it('runs ends of segments, of the format and of the range', () => {
    const inputs = new Set(inputsToRun(plan));
    for (const x of [plan.range.lo, plan.range.hi]) expect(inputs.has(BigInt(x))).toBe(true);
    const [ascending] = [[...inputs]];
    expect(ascending.every((x, i) => i === 0 || x > ascending[i - 1])).toBe(true);
    if (plan.reduce.kind === 'none') {
      for (const { lo } of plan.segments) {
        for (const x of [BigInt(lo) - 1n, BigInt(lo), -BigInt(lo)]) expect(inputs.has(x)).toBe(true);
      }
    }
  });
});

const plus = (value: Integer, by: bigint): Integer => toInteger(BigInt(value) + by);

/** The plan with one segment changed; in units of the last place where that is what a result shows. */
function withSegment(
  plan: KernelPlan,
  index: number,
  change: (segment: KernelPlan['segments'][number]) => KernelPlan['segments'][number],
): KernelPlan {
  return completePlan({
    ...plan,
    segments: plan.segments.map((each, i) => (i === index ? change(each) : each)),
  });
}

describe('a wrong kernel is not proven', () => {
  it.each(PLANS)('%s with a coefficient that costs an ulp', (_, plan) => {
    for (const index of [0, plan.segments.length >> 1, plan.segments.length - 1]) {
      for (const sign of [1n, -1n]) {
        const ulp = sign << BigInt(plan.guardBits);
        const wrong = withSegment(plan, index, ({ coefficients, ...segment }) => ({
          ...segment,
          coefficients: [...coefficients.slice(0, -1), plus(coefficients[coefficients.length - 1], ulp)],
        }));
        expect(isMet(wrong)).toBe(false);
      }
    }
  });

  it('tanh with an origin that is off by one, where f is steep', () => {
    for (const by of [1n, -1n]) {
      const wrong = withSegment(tanh, 1, (segment) => ({ ...segment, origin: plus(segment.origin, by) }));
      expect(isMet(wrong)).toBe(false);
    }
  });

  it('tanh with a tail that is an ulp off', () => {
    const { high } = tanh.tails;
    if (!high) throw new TypeError('tanh has a tail');
    expect(
      isMet(completePlan({ ...tanh, tails: { high: { ...high, output: plus(high.output, -2n) } } })),
    ).toBe(false);
  });

  it.each([exp, sin].map((plan) => [plan.name, plan] as const))(
    '%s with a multiplier that is wrong in its last bits',
    (_, plan) => {
      if (!('multiplier' in plan.reduce)) throw new TypeError('it has a multiplier');
      const { multiplier } = plan.reduce;
      const wrong = completePlan({
        ...plan,
        reduce: { ...plan.reduce, multiplier: plus(multiplier, BigInt(multiplier) >> 24n) },
      });
      expect(isMet(wrong)).toBe(false);
    },
  );

  it('a larger target makes it a kernel again, by as much', () => {
    const wrong = withSegment(tanh, 2, ({ coefficients, ...segment }) => ({
      ...segment,
      coefficients: [
        ...coefficients.slice(0, -1),
        plus(coefficients[coefficients.length - 1], 1n << BigInt(tanh.guardBits)),
      ],
    }));
    expect(isMet({ ...wrong, target: { ulp: 2 } })).toBe(true);
    expect(isMet({ ...wrong, target: { ulp: 1.4 } })).toBe(false);
  });
});

describe('what runs in the place of a plan', () => {
  const edge = BigInt(tanh.segments[3].lo);
  const wrongAt = (by: bigint) => (x: bigint) => planKernel(tanh)(x) + (x === edge ? by : 0n);

  it('is refused where it errs more than was proven of the plan', () => {
    expect(() => proveByEnclosure(tanh, findFunction('tanh'), wrongAt(5n))).toThrow(
      new RegExp(`errs by [45]\\.\\d+ ulp at raw input ${edge}`),
    );
  });

  it('differs where it gives something else, however little', () => {
    expect(firstWideDifference(tanh, planKernel(tanh))).toBeUndefined();
    const found = firstWideDifference(tanh, wrongAt(1n));
    expect(found).toMatchObject({ input: Number(edge), ulp: 1 });
    expect(found?.got).toBe(Number(found?.expected) + 1);
  });

  it('has another CRC where only the last bit of one output differs, within the bounds', () => {
    const own = planKernel(tanh);
    const ulpOf = (x: bigint, y: bigint): number => exactError(tanh, findFunction('tanh'), x, y)?.ulp ?? NaN;
    const x = inputsToRun(tanh).find((each) => ulpOf(each, own(each) + 1n) < 0.9);
    if (x === undefined) throw new TypeError('some output is rounded down');
    const crcOf = (by: bigint): string =>
      proveByEnclosure(tanh, findFunction('tanh'), (each) => own(each) + (each === x ? by : 0n)).certificate
        .crc32;
    expect(crcOf(1n)).not.toBe(crcOf(0n));
    expect(crcOf(0n)).toBe(proveByEnclosure(tanh, findFunction('tanh')).certificate.crc32);
  });
});

describe('a counterexample', () => {
  it('is the worst input that was run, where that misses the target', () => {
    const strict = { ...tanh, target: { ulp: 0.6 } };
    const { certificate, met } = proveByEnclosure(strict, findFunction('tanh'));
    expect(met).toBe(false);
    const found = seenBeyondTarget(strict, findFunction('tanh'), certificate);
    expect(found?.input).toBe(certificate.claim.worstInput);
    expect(Math.abs(Number(found?.expected) - Number(found?.got))).toBeLessThanOrEqual(1);
    expect(seenBeyondTarget(tanh, findFunction('tanh'), certificate)).toBeUndefined();
  });
});

describe('the proof of a plan that forbids overflow', () => {
  it('ends where that can’t be excluded', () => {
    const forbidding = { ...exp, finish: { ...exp.finish, overflow: 'error' as const } };
    expect(() => proveByEnclosure(completePlan(forbidding), findFunction('exp'))).toThrow(RangeError);
  });
});
