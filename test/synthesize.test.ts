import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../src/diagnostic.js';
import { maxRaw, minRaw } from '../src/fixedpoint/format.js';
import { representable } from '../src/fixedpoint/overflow.js';
import { canonicalJson, planHash } from '../src/plan/canonical.js';
import { narrow } from './plan/narrow.js';
import { interpret } from '../src/plan/interpret.js';
import { resolveSpec, type KernelSpec } from '../src/spec.js';
import { propose } from '../src/propose/propose.js';
import { synthesize } from '../src/synthesize.js';

/** The functions once more, straight from the platform. */
const reference: Record<string, (x: number) => number> = {
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  rsqrt: (x) => x ** -0.5,
  exp: Math.exp,
  log2: Math.log2,
};

const ORIGINAL = {
  order: 2,
  guard: 0,
  segments: 1,
  segmentation: 'dyadic',
  polish: 'none',
  coefficients: 'same',
  stepRounding: 'half-even',
  rounding: 'half-even',
  overflow: 'saturate-symmetric',
} as const;

const segmentsOf = (spec: KernelSpec) => propose(resolveSpec(spec)).plan.segments.length;

async function refusal(spec: KernelSpec): Promise<ApproxgenError> {
  try {
    await synthesize(spec);
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
    throw error;
  }
  throw new TypeError(`${JSON.stringify(spec)} was met`);
}

describe('segments', () => {
  const targets = [
    { function: 'sigmoid', range: [-32, 32], error: 3 * 2 ** -12, original: 9 },
    { function: 'tanh', range: [-16, 16], error: 4 * 2 ** -12, original: 10 },
    { function: 'rsqrt', range: [1, 4], error: 0.5 * 2 ** -12, original: 9 },
  ] as const;

  it.each(targets)(
    'of $function are the original program’s with its settings: $original',
    ({ original, ...spec }) => {
      expect(segmentsOf({ ...ORIGINAL, ...spec })).toBe(original);
    },
  );

  it.each(targets)('of $function are fewer with the defaults', ({ original, ...spec }) => {
    expect(segmentsOf({ order: 2, ...spec })).toBeLessThan(original);
  });
});

const met: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q4.4' },
  { function: 'tanh', format: 'Q3.5', order: 2, ulp: 0.75 },
  { function: 'tanh', format: 'Q8.0' },
  { function: 'tanh', format: 'Q1.7' },
  { function: 'tanh', input: 'Q4.4', output: 'UQ0.8' },
  { function: 'tanh', format: 'Q4.12', range: [-5, 5], ulp: 0.6 },
  { function: 'tanh', format: 'Q4.12', relative: 0.01 },
  { function: 'tanh', format: 'Q4.12', ulp: 4, error: 0.0007, relative: 0.05, order: 2 },
  { function: 'tanh', format: 'UQ4.12', range: [0, 5], order: 4 },
  { function: 'sigmoid', format: 'Q4.4', overflow: 'saturate-symmetric' },
  { function: 'sigmoid', input: 'Q4.4', output: 'UQ0.8', ulp: 1 },
  { function: 'sigmoid', format: 'Q5.11', range: [-8, 8], error: 0.001, rounding: 'floor' },
  { function: 'sigmoid', format: 'Q4.12', relative: 0.8, ulp: 5 },
  { function: 'rsqrt', format: 'Q4.4' },
  { function: 'rsqrt', format: 'Q3.5', order: 1 },
  { function: 'rsqrt', format: 'UQ5.11', ulp: 1, stepRounding: 'half-away' },
  { function: 'rsqrt', format: 'Q4.12', range: [0.25, 7], ulp: 5, relative: 0.01 },
  { function: 'log2', format: 'Q4.4', order: 0, ulp: 0.5 },
  { function: 'log2', input: 'UQ5.11', output: 'Q5.11', range: [0.001, 31] },
  { function: 'exp', format: 'Q4.4', range: [-8, 2] },
  { function: 'exp', format: 'Q4.12', range: [-2, 2], relative: 0.01, error: 0.1 },
  { function: 'exp', input: 'UQ2.6', output: 'UQ6.10', range: [0, 3.9], ulp: 2 },
];

/** Rounding errors of Math.*, in ulps of an output of at most 16 bits. */
const REFERENCE_ERROR = 1e-9;

describe('a kernel', () => {
  it.each(met)('%j holds its target on every input of range and tails', async (spec) => {
    const { plan: found, certificate } = await synthesize(spec);
    const plan = narrow(found);
    const { input, output, range, target } = plan;
    const { min, max } = representable(output, plan.finish.overflow);
    const positive = ['rsqrt', 'log2'].includes(spec.function);
    const hasTails = ['tanh', 'sigmoid'].includes(spec.function);
    let worst = 0;
    for (let x = minRaw(input); x <= maxRaw(input); x++) {
      const y = Number(interpret(plan, x));
      if (positive && x <= 0) {
        if (y !== (spec.function === 'rsqrt' ? max : min)) expect.fail(`${x} has no value, but gives ${y}`);
        continue;
      }
      if (!hasTails && (x < range.lo || x > range.hi)) continue;
      const scaled = reference[spec.function](x / 2 ** input.fracBits) * 2 ** output.fracBits;
      const clamped = Math.min(Math.max(scaled, min), max);
      const ulp = Math.abs(y - clamped) - REFERENCE_ERROR;
      worst = Math.max(worst, ulp);
      const holds =
        ulp <= (target.ulp ?? Infinity) &&
        ulp * 2 ** -output.fracBits <= (target.error ?? Infinity) &&
        (target.relative === undefined || ulp <= target.relative * Math.abs(clamped));
      if (!holds && ulp > 0) expect.fail(`raw ${x} gives ${y} for ${clamped}: ${ulp} ulp`);
    }
    // What the certificate says is what was found here, rounded up to six decimals.
    expect(certificate.claim.maxUlp).toBeGreaterThanOrEqual(worst);
    expect(certificate.claim.maxUlp).toBeLessThan(worst + 2e-6);
    expect(certificate.inputsChecked).toBe(2 ** input.bits);
    expect(certificate.planHash).toBe(planHash(plan));
  });

  it('is the same to the last byte when it is made again', async () => {
    const spec = { function: 'sigmoid', format: 'Q5.7', ulp: 0.7 } as const;
    const [one, other] = [await synthesize(spec), await synthesize(spec)];
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });
});

describe('a target that can’t be met', () => {
  it.each([
    { function: 'tanh', format: 'Q4.12', ulp: 0.4 },
    { function: 'sigmoid', format: 'Q4.4', ulp: 0.1 },
    { function: 'rsqrt', format: 'Q4.12', ulp: 0.4 },
    { function: 'exp', format: 'Q4.4', range: [-8, 2], ulp: 0.45 },
    { function: 'exp', format: 'Q4.12', range: [-8, 2], ulp: 0.51 },
    { function: 'rsqrt', format: 'Q4.12', relative: 1e-9 },
  ] as KernelSpec[])('%j ends with status 1, the best reached, and a target that is met', async (spec) => {
    const { diagnostic, exitStatus } = await refusal(spec);
    expect(exitStatus).toBe(1);
    expect(diagnostic.code).toBe('target-not-met');
    expect(diagnostic.message).toMatch(/best reached: [\d.]+ ulp with \d+ segments?/);
    const [, ulp] = /([\d.]+) ulp can be met/.exec(diagnostic.hint ?? '') ?? [];
    const [, relative] = /relative error (\S+) can be met/.exec(diagnostic.hint ?? '') ?? [];
    const possible = ulp === undefined ? { relative: Number(relative) } : { ulp: Number(ulp) };
    await expect(synthesize({ ...spec, ...possible })).resolves.toBeDefined();
  });

  it('of constants over a fine format ends as well', async () => {
    const { diagnostic, exitStatus } = await refusal({
      function: 'tanh',
      format: 'Q1.17',
      order: 0,
      ulp: 1.5,
    });
    expect(exitStatus).toBe(1);
    expect(diagnostic.message).toContain('too many segments');
  });

  it.each(['tanh', 'sigmoid'])('of %s, relative 1e-9, ends although no factor of it helps', async (name) => {
    const { exitStatus, diagnostic } = await refusal({ function: name, format: 'Q4.12', relative: 1e-9 });
    expect(exitStatus).toBe(1);
    expect(diagnostic.hint).toBeDefined();
  });

  it('for an overflow that is forbidden names the overflow', async () => {
    const spec = {
      function: 'exp',
      input: 'Q4.4',
      output: 'Q2.6',
      range: [-4, 0],
      overflow: 'error',
    } as const;
    const { diagnostic, exitStatus } = await refusal(spec);
    expect([exitStatus, diagnostic.code]).toEqual([1, 'overflow']);
    await expect(synthesize({ ...spec, output: 'Q12.6' })).rejects.toMatchObject({ exitStatus: 1 });
    await expect(synthesize({ ...spec, overflow: 'saturate' })).resolves.toBeDefined();
  });
});

describe('a tail that misses the target', () => {
  it.each([
    { function: 'tanh', format: 'Q4.12', range: [-2, 2] },
    { function: 'tanh', format: 'Q4.12', range: [-2, 2], ulp: 0.6 },
    { function: 'tanh', format: 'UQ4.12', range: [0, 3], ulp: 2 },
    { function: 'sigmoid', format: 'Q4.12', range: [-3, 1], ulp: 2 },
    { function: 'sigmoid', format: 'Q5.3', range: [-1, 1] },
    { function: 'tanh', input: 'Q4.12', output: 'Q2.6', range: [-1, 1], ulp: 0.6 },
  ] as KernelSpec[])('%j is refused with a range that works', async (spec) => {
    const { diagnostic, exitStatus } = await refusal(spec);
    expect([exitStatus, diagnostic.code, diagnostic.path]).toEqual([1, 'tail-misses-target', '--range']);
    const [, from, to] = /--range=([-\d.]+),([-\d.]+)/.exec(diagnostic.hint ?? '') ?? [];
    await expect(synthesize({ ...spec, range: [Number(from), Number(to)] })).resolves.toBeDefined();
  });

  it('where f does not level off, serves its last value and claims nothing of it', async () => {
    const { plan, certificate } = await synthesize({
      function: 'tanh',
      format: 'UQ4.12',
      range: [1, 4],
      ulp: 8,
    });
    expect(plan.tails.low).toEqual({ bound: 4096, output: 3119, unclaimed: true });
    expect(plan.tails.high?.unclaimed).toBeUndefined();
    expect(plan.provenance.notes).toContain(
      'below 1 inputs are outside the range and give its last value, 0.761474609375 (raw 3119)',
    );
    expect(certificate.claim.inputs).toBe(2 ** 16 - 4096);
    expect(certificate.claim.maxUlp).toBeLessThanOrEqual(8);
    expect(certificate.format.maxUlp).toBeGreaterThan(3000);
  });
});

describe('constants', () => {
  it.each([
    [4, 13],
    [1, 30],
  ])('at %i ulp do not serve the tail with what suits the outermost alone', async (ulp, segments) => {
    const { plan, certificate } = await synthesize({
      function: 'tanh',
      input: 'Q4.4',
      output: 'Q1.7',
      order: 0,
      ulp,
    });
    expect(certificate.claim.maxUlp).toBeLessThanOrEqual(ulp);
    expect(plan.segments.length).toBeLessThanOrEqual(segments);
  });
});
