import { describe, expect, it } from 'vitest';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import { narrow } from '../plan/narrow.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { verify, verifyUntilMiss } from '../../src/verify/verify.js';
import { naiveCertificate } from './naive.js';

/** A kernel of every function, reduction, signedness, tail and rounding, small enough to be run one by one. */
const KERNELS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q3.5' },
  { function: 'tanh', format: 'Q8.8', ulp: 2 },
  { function: 'tanh', format: 'Q8.8', range: [-2.75, 2.75], ulp: 4 },
  { function: 'tanh', format: 'UQ4.8' },
  { function: 'tanh', input: 'Q4.6', output: 'Q1.15', ulp: 40, order: 2 },
  { function: 'tanh', format: 'Q4.8', rounding: 'floor', stepRounding: 'floor', ulp: 2 },
  { function: 'tanh', format: 'Q4.8', rounding: 'half-even', overflow: 'saturate-symmetric' },
  { function: 'sigmoid', format: 'Q4.12', order: 2 },
  { function: 'sigmoid', input: 'Q6.5', output: 'Q1.15', ulp: 4 },
  { function: 'sigmoid', input: 'Q5.6', output: 'UQ0.8' },
  { function: 'rsqrt', format: 'Q4.8' },
  { function: 'rsqrt', input: 'UQ8.4', output: 'UQ2.10' },
  { function: 'rsqrt', format: 'Q4.8', overflow: 'wrap' },
  { function: 'exp', format: 'Q4.8' },
  { function: 'exp', input: 'Q4.8', output: 'UQ1.15', order: 4, range: [-4, 0] },
  { function: 'log2', format: 'Q5.7' },
  { function: 'sqrt', format: 'Q4.8' },
  { function: 'cbrt', format: 'Q4.8' },
  { function: 'silu', format: 'Q4.8' },
  { function: 'log-sigmoid', input: 'Q4.6', output: 'Q5.8' },
  { function: 'log2', input: 'UQ4.8', output: 'Q5.11', rounding: 'half-away' },
];

const title = ({ function: name, format, input, output, ...rest }: KernelSpec) =>
  `${name} ${format ?? `${input} → ${output}`} ${JSON.stringify(rest)}`;

const planOf = (spec: KernelSpec) => narrow(propose(resolveSpec(spec)).plan);

describe('a proof says what a loop over every input with multiple precision says', () => {
  it.each(KERNELS.map((spec) => [title(spec), spec] as const))('%s', async (_, spec) => {
    const plan = planOf(spec);
    const { certificate } = await verify(plan);
    expect(certificate).toMatchObject(naiveCertificate(plan));
  });
});

describe('a proof that ends at the first miss', () => {
  const plan = planOf({ function: 'tanh', format: 'Q4.20' });
  /** The same with outputs that are far off at some inputs. */
  const wrongAt = (inputs: readonly number[]) => {
    const outputs = inputs.map((x) => Number(interpret(plan, x)) + 50);
    return completePlan({ ...plan, exceptions: { inputs, outputs } });
  };

  it('says what the lowest unit that misses shows, whatever the number of workers', async () => {
    const wrong = wrongAt([-3_000_000, 1_500_000, 5_000_000]);
    const miss = await verifyUntilMiss(wrong, { workers: 1 });
    expect(miss).toMatchObject({ missed: { worstInput: -3_000_000 } });
    expect(await verifyUntilMiss(wrong, { workers: 3 })).toEqual(miss);
  });

  it('is the whole proof where nothing misses', async () => {
    expect(await verifyUntilMiss(plan)).toEqual(await verify(plan));
  });

  it('is the whole proof where only inputs miss of which nothing is claimed', async () => {
    const small = planOf({ function: 'sin', format: 'Q6.16', range: [0, 2] });
    const far = completePlan({ ...small, exceptions: { inputs: [2_000_000], outputs: [60_000] } });
    const proof = await verifyUntilMiss(far);
    expect(proof).toMatchObject({ met: true, certificate: { format: { worstInput: 2_000_000 } } });
  });
});

describe('tails whose errors near a threshold', () => {
  // Far out f is within 2^-40 ulp of its limit, a whole number: errors are then as good as 0, 1 or 2 ulp; or ½.
  it.each([
    ['tanh', 'Q8.6', 'Q8.8', [-2, -1, 0, 1, 2]],
    ['sigmoid', 'Q8.6', 'Q8.8', [-1, 1]],
    ['tanh(x)*255/256', 'Q8.6', 'Q8.7', [-1, 0, 1]],
    ['(tanh(x)+1)*127/256', 'Q8.6', 'Q8.7', [-1, 0, 1]],
  ] as const)('of %s, %s → %s, are counted as one by one', async (name, input, output, changes) => {
    const plan = planOf({ function: name, input, output, ulp: 2, range: [-6, 6] });
    const moved = (tail: typeof plan.tails.high, by: number) => tail && { ...tail, output: tail.output + by };
    for (const by of changes) {
      const { low, high } = plan.tails;
      const tails = { ...(low && { low: moved(low, by) }), ...(high && { high: moved(high, by) }) };
      const changed = completePlan({ ...plan, tails });
      expect((await verify(changed)).certificate, String(by)).toMatchObject(naiveCertificate(changed));
    }
  });
});

describe('symmetry', () => {
  it.each([
    ['tanh', { sign: -1, sum: 0, slope: 0 }],
    ['sigmoid', { sign: -1, sum: 1, slope: 0 }],
    ['gaussian', { sign: 1, sum: 0, slope: 0 }],
    ['silu', { sign: 1, sum: 0, slope: -1 }],
    ['log-sigmoid', { sign: 1, sum: 0, slope: -1 }],
  ] as const)('of %s is seen on every pair, and so is one that breaks it', async (name, symmetry) => {
    const plan = planOf({ function: name, input: 'Q4.6', output: 'Q6.8' });
    const { certificate } = await verify(plan);
    expect(certificate.symmetry).toEqual({ ...symmetry, broken: 0, shownBy: 'run' });
    const output = Number(interpret(plan, -77)) + 1;
    const odd = completePlan({ ...plan, exceptions: { inputs: [-77], outputs: [output] } });
    expect((await verify(odd)).certificate.symmetry?.broken).toBe(1);
  });
});

describe('a target', () => {
  it.each([
    ['ulp', { ulp: 0.9 }, { ulp: 0.5 }],
    ['error', { error: 2 ** -8 }, { error: 2 ** -10 }],
    ['relative', { relative: 2 }, { relative: 2 ** -12 }],
  ])('%s is met or missed by what the inputs of the range and the tails show', async (_, loose, tight) => {
    const plan = planOf({ function: 'sigmoid', format: 'Q4.8', ulp: 0.8, order: 4 });
    expect((await verify({ ...plan, target: loose })).met).toBe(true);
    expect((await verify({ ...plan, target: tight })).met).toBe(false);
  });

  it('is not asked of inputs outside the range that no tail serves', async () => {
    const plan = planOf({ function: 'rsqrt', format: 'Q4.8', range: [1, 2] });
    const { certificate, met } = await verify(plan);
    expect(met).toBe(true);
    expect(certificate.claim.inputs).toBe(257);
    expect(certificate.format.maxUlp).toBeGreaterThan(certificate.claim.maxUlp);
  });

  it('printed as a relative error is never less than what was found', async () => {
    const plan = planOf({ function: 'rsqrt', format: 'Q4.8', relative: 2 ** -7 });
    const { certificate } = await verify(plan);
    let greatest = 0;
    for (let x = plan.range.lo; x <= plan.range.hi; x++) {
      const truth = 256 / Math.sqrt(x / 256);
      const output = Number(interpret(plan, x));
      greatest = Math.max(greatest, Math.abs(output - truth) / truth);
    }
    expect(certificate.claim.maxRelative).toBeGreaterThanOrEqual(greatest * (1 - 2 ** -50));
    expect(certificate.claim.maxRelative).toBeLessThan(greatest * (1 + 1e-5));
  });
});

describe('workers', () => {
  // 2^21 and 2^22 inputs: more than are run in one thread.
  it.each([
    ['tanh', { function: 'tanh', input: 'Q5.16', output: 'Q1.15', range: [-16, 15], ulp: 2 }],
    ['rsqrt', { function: 'rsqrt', input: 'Q6.16', output: 'Q6.10', ulp: 1 }],
  ] as const)('never change the certificate of %s', async (_, spec) => {
    const plan = planOf(spec);
    const proofs = await Promise.all([1, 2, 3].map((workers) => verify(plan, { workers })));
    expect(proofs[1]).toEqual(proofs[0]);
    expect(proofs[2]).toEqual(proofs[0]);
  });

  it('are told of a broken plan before they start', async () => {
    const plan = planOf({ function: 'tanh', format: 'Q4.8' });
    await expect(verify({ ...plan, guardBits: plan.guardBits + 1 })).rejects.toMatchObject({
      diagnostic: { code: 'malformed-plan' },
      exitStatus: 2,
    });
  });

  it('report progress up to every input that is run', async () => {
    const plan = planOf({ function: 'tanh', format: 'Q4.8' });
    const calls: [number, number][] = [];
    const { certificate } = await verify(plan, { onProgress: (done, total) => calls.push([done, total]) });
    expect(calls.at(-1)).toEqual([certificate.inputsChecked, certificate.inputsChecked]);
  });
});
