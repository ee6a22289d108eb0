import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { maxRawBigint, minRawBigint, parseFormat } from '../../src/fixedpoint/format.js';
import { planHash } from '../../src/plan/canonical.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { propose } from '../../src/propose/propose.js';
import { wideTailStart } from '../../src/propose/wide/tail.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { planKernel } from '../../src/verify/enclosure/prove.js';
import { askMpmath, CATALOGUE } from '../function/mpmath.js';
import { needs } from '../support/needs.js';

const planOf = (spec: KernelSpec): KernelPlan => propose(resolveSpec(spec)).plan;

/** Every reduction, fold and tail; formats of up to 64 bits, alike and different. */
const KERNELS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q32.32', ulp: 2 },
  { function: 'exp', format: 'Q40.24', range: [-8, 8] },
  { function: 'rsqrt', format: 'Q32.32' },
  { function: 'sin', format: 'Q40.24' },
  { function: 'log2', format: 'UQ32.32' },
  { function: 'sigmoid', input: 'Q8.24', output: 'UQ0.56', order: 7 },
  { function: 'silu', format: 'Q32.32', order: 5 },
  { function: 'cos', format: 'Q1.63', order: 8 },
  { function: 'exp', input: 'Q5.35', output: 'UQ16.32', range: [-12, 11], order: 5, stepRounding: 'floor' },
  { function: 'log', input: 'UQ20.30', output: 'Q6.40', range: [2 ** -20, 2 ** 20], order: 5, ulp: 0.75 },
  { function: 'reciprocal', format: 'Q20.28', order: 4, rounding: 'half-even' },
  { function: 'atan', format: 'Q16.40', order: 6, rounding: 'floor', ulp: 1.5 },
  { function: 'gelu', input: 'Q8.24', output: 'Q4.44', order: 6, polish: 'none' },
  { function: 'cosh', format: 'Q16.24', order: 5 },
  { function: 'relu', format: 'Q40.24', order: 1 },
  { function: 'tanh', format: 'Q4.36', segmentation: 'dyadic' },
  { function: 'tanh', format: 'Q4.36', segmentation: 'uniform', order: 5 },
];

const MPMATH = `${CATALOGUE}
problem = json.load(sys.stdin)
f = F[problem['function']]
print(json.dumps([scaled(f(number(x, problem['inFrac'])), problem['bits']) for x in problem['inputs']]))
`;

const EXTRA_BITS = 32;
/** What mpmath's value is floored by. */
const FLOORED = 2 ** -EXTRA_BITS;

/** Inputs of a range, evenly and by magnitude, none of which a proof runs. */
function inputsOf(plan: KernelPlan): bigint[] {
  const [lo, hi] = [BigInt(plan.range.lo), BigInt(plan.range.hi)];
  const even = Array.from({ length: 400 }, (_, i) => lo + ((hi - lo) * BigInt(2 * i + 1)) / 801n);
  const short = Array.from(
    { length: plan.input.bits - 2 },
    (_, i) => (1n << BigInt(i)) + (1n << BigInt(i >> 1)) + 1n,
  );
  return [...even, ...short, ...short.map((x) => -x)].filter((x) => x >= lo && x <= hi);
}

describe('kernels of more than 32 bits, beside mpmath', () => {
  needs('mpmath');

  it.each(KERNELS.map((spec) => [JSON.stringify(spec), spec] as const))('%s', async (_, spec) => {
    const { plan, certificate } = await synthesize(spec);
    const { input, output, target } = plan;
    expect(certificate.method).toBe('enclosure');
    const inputs = inputsOf(plan);
    const values = askMpmath<string[]>(MPMATH, {
      function: spec.function,
      inFrac: input.fracBits,
      bits: output.fracBits + EXTRA_BITS,
      inputs: inputs.map(String),
    });
    const kernel = planKernel(plan);
    const [min, max] = [minRawBigint(output), maxRawBigint(output)].map((end) => end << BigInt(EXTRA_BITS));
    let worst = 0;
    inputs.forEach((x, i) => {
      const value = BigInt(values[i]);
      const clamped = value < min ? min : value > max ? max : value;
      const ulp = Math.abs(Number((kernel(x) << BigInt(EXTRA_BITS)) - clamped)) * 2 ** -EXTRA_BITS;
      if (ulp > certificate.claim.maxUlp + FLOORED) expect.fail(`${x} errs by ${ulp} ulp`);
      worst = Math.max(worst, ulp);
    });
    expect(certificate.claim.maxUlp).toBeLessThanOrEqual(target.ulp ?? NaN);
    // Inputs that were never looked at before come near to the bound: it is not a loose one.
    if (spec.function !== 'relu') expect(worst).toBeGreaterThan(0.35);
  });
});

describe('a search among more than 2^32 inputs', () => {
  it('is the same to the last byte when it is made again', () => {
    const spec = { function: 'sigmoid', format: 'Q8.40', order: 4 } as const;
    expect(planHash(planOf(spec))).toBe(planHash(planOf(spec)));
  });

  it('needs fewer segments of a higher order, and more for a smaller target', () => {
    const segments = (spec: Partial<KernelSpec>) =>
      planOf({ function: 'tanh', format: 'Q4.29', ...spec }).segments.length;
    const counts = [{ order: 2 }, { order: 3 }, { order: 5 }, { order: 8 }].map(segments);
    expect(counts.toSorted((a, b) => b - a)).toEqual(counts);
    expect(segments({ order: 4, ulp: 0.55 })).toBeGreaterThan(segments({ order: 4, ulp: 4 }));
  });

  it('takes what auto leaves open', () => {
    const plan = planOf({ function: 'tanh', format: 'Q4.29', order: 'auto', segmentation: 'auto' });
    expect(plan.steps.length).toBeGreaterThan(3);
    expect(plan.segments.length).toBeLessThan(planOf({ function: 'tanh', format: 'Q4.29' }).segments.length);
  }, 180_000);

  it('ends segments at every break', () => {
    const plan = planOf({ function: 'elu', format: 'Q8.40', order: 5 });
    expect(plan.segments.some(({ lo }) => BigInt(lo) === 0n)).toBe(true);
  });

  it('is exact where that is asked for, and at the centre of odd functions', () => {
    expect(planKernel(planOf({ function: 'tanh', format: 'Q8.40', order: 4 }))(0n)).toBe(0n);
    const exp = planOf({ function: 'exp', format: 'Q8.40', range: [-1, 0.5], order: 5, exact: [0] });
    expect(planKernel(exp)(0n)).toBe(1n << 40n);
  });

  it('finds where a tail may begin: the least place, within its margin', () => {
    const spec = resolveSpec({ function: 'tanh', format: 'Q32.32' });
    const start = Number(wideTailStart(spec, 'high')) * 2 ** -32;
    // 1 − tanh x = 2 / (e^2x + 1) is an ulp there, or half of one with both sides served by the middle.
    expect(start).toBeGreaterThan(Math.log(2 ** 32) / 2);
    expect(start).toBeLessThan(Math.log(2 ** 34) / 2);
  });
});

describe('a wide kernel is refused', () => {
  async function refusal(spec: KernelSpec) {
    try {
      await synthesize(spec);
    } catch (error) {
      if (error instanceof ApproxgenError) return { ...error.diagnostic, exitStatus: error.exitStatus };
      throw error;
    }
    throw new TypeError(`${JSON.stringify(spec)} was met`);
  }

  it.each([
    [{ function: 'tanh', format: 'Q32.32', ulp: 0.5 }, 'target-not-met', /half an ulp/],
    [{ function: 'tanh', format: 'Q32.32', range: [-8, 8] }, 'tail-misses-target', /beyond 8/],
    [{ function: 'asin', format: 'Q2.50', order: 8 }, 'too-wide', /products of \d+ bits/],
    [{ function: 'tanh', format: 'Q4.29', order: 0 }, 'target-not-met', /too many segments/],
    [
      { function: 'exp', input: 'Q8.40', output: 'Q4.40', range: [0, 3], overflow: 'error' },
      'overflow',
      /does not fit in Q4\.40/,
    ],
  ] as const)('%j', async (spec, code, message) => {
    const found = await refusal(spec);
    expect(found).toMatchObject({ code, exitStatus: 1 });
    expect(found.message).toMatch(message);
    expect(found.hint).toBeDefined();
  });

  it('with a range that would do, where a tail misses the target', async () => {
    const { hint = '' } = await refusal({ function: 'tanh', format: 'Q16.40', range: [-8, 8], order: 6 });
    const [, from, to] = /--range=([-\d.]+),([-\d.]+)/.exec(hint) ?? [];
    const spec = { function: 'tanh', format: 'Q16.40', range: [Number(from), Number(to)], order: 6 } as const;
    await expect(synthesize(spec)).resolves.toBeDefined();
  });
});

describe('the range of a wide spec', () => {
  it('may end beyond what doubles are exact for', () => {
    const { range } = resolveSpec({ function: 'tanh', format: 'Q32.32', range: [-2147483648, 2147483648] });
    expect(range).toEqual({ lo: '-9223372036854775808', hi: '9223372036854775807' });
    expect(parseFormat('Q32.32').bits).toBe(64);
  });
});
