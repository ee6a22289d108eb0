import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { representable } from '../../src/fixedpoint/overflow.js';
import { FUNCTIONS } from '../../src/function/catalogue.js';
import type { PlanFile } from '../../src/verify/plan-file.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { planRunner, RUN_LENGTH } from '../../src/plan/run.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize, type Kernel } from '../../src/synthesize.js';
import { unitsOf } from '../../src/verify/coverage.js';
import type { ErrorSummary } from '../../src/verify/certificate.js';
import { conclude, runUnits } from '../../src/verify/verify.js';
import { mergeStats, EMPTY_STATS } from '../../src/verify/stats.js';
import { needs } from '../support/needs.js';
import { missing } from '../support/tools.js';
import {
  independentErrors,
  independentWorst,
  type IndependentErrors,
  type IndependentResult,
} from '../verify/independent.js';

/** Q4.12 at one ulp, but where the function asks for other 16-bit formats, or for a range. */
const OTHERWISE: Readonly<Record<string, Partial<KernelSpec>>> = {
  tanh: { output: 'Q1.15', order: 2 },
  sigmoid: { output: 'UQ0.16', ulp: 2 },
  softplus: { output: 'Q5.11' },
  square: { output: 'UQ7.9' },
  cosh: { output: 'Q12.4' },
  sin: { output: 'Q1.15', ulp: 2 },
  cos: { input: 'UQ4.12', output: 'Q2.14', ulp: 2 },
  tan: { ulp: 2 },
  sinc: { range: [2 ** -12, 8 - 2 ** -12] },
  rsqrt: { input: 'UQ8.8' },
  log2: { input: 'UQ8.8', output: 'Q4.12' },
  erf: { output: 'Q1.15', ulp: 2 },
};

const specOf = (name: string): KernelSpec => ({
  function: name,
  format: 'Q4.12',
  ulp: 1,
  ...OTHERWISE[name],
});

/** What multiple precision leaves open, here and there, in ulps. */
const SAME = 2 ** -38;
/** What doubles may be off for their choice of inputs to be complete, with two bits to spare. */
const DOUBLES_OFF = 2 ** -22;

const folder = mkdtempSync(join(tmpdir(), 'approxgen-multiprecision-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All outputs, by the interpreter, in a file. */
function record(plan: KernelPlan) {
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];
  const words = Int32Array.from({ length: last - first + 1 }, (_, i) => Number(interpret(plan, first + i)));
  const file = join(folder, `${plan.name}.bin`);
  writeFileSync(file, words);
  const claimed = unitsOf(plan).filter(({ inRange, inTail }) => inRange || inTail);
  return { ...factsOf(plan), file, first, claimed: claimed.map((unit) => [unit.first, unit.last] as const) };
}

const factsOf = (plan: KernelPlan) => ({
  function: plan.function,
  inputFracBits: plan.input.fracBits,
  outputFracBits: plan.output.fracBits,
  ...representable(plan.output, plan.finish.overflow),
});

function expectAgreement(summary: ErrorSummary, found: IndependentErrors): void {
  expect(summary.inputs).toBe(found.inputs);
  // Printed rounded up to six decimals.
  expect(summary.maxUlp).toBeGreaterThanOrEqual(found.maxUlp - SAME);
  expect(summary.maxUlp).toBeLessThan(found.maxUlp + 1e-6 + SAME);
  if (found.alike === 1) expect(summary.worstInput).toBe(found.worstInput);
  expect(Math.abs(summary.meanUlp - found.meanUlp)).toBeLessThan(1e-6);
  const [, half, one] = found.below;
  expect(summary.correctlyRounded).toBeGreaterThanOrEqual(half[0]);
  expect(summary.correctlyRounded).toBeLessThanOrEqual(half[1]);
  expect(summary.faithful).toBeGreaterThanOrEqual(one[0]);
  expect(summary.faithful).toBeLessThanOrEqual(one[1]);
}

describe('a certificate and mpmath', () => {
  needs('mpmath');

  const kernels = new Map<string, Kernel>();
  const refusals = new Map<string, unknown>();
  const found = new Map<string, IndependentResult>();

  beforeAll(async () => {
    if (missing('mpmath')) return;
    for (const { name } of FUNCTIONS) {
      // A function that can't be made fails in its own test.
      const made = await synthesize(specOf(name)).catch((error: unknown) => refusals.set(name, error));
      if ('plan' in made) kernels.set(name, made);
    }
    const recorded = [...kernels.values()].map(({ plan }) => record(plan));
    const results = await independentErrors(recorded);
    [...kernels.keys()].forEach((name, i) => found.set(name, results[i]));
    const decided = results.reduce((sum, result) => sum + result.decided, 0);
    console.log(
      `${kernels.size} functions, ${65536 * kernels.size} inputs: ${decided} decided by mpmath, the others by doubles that are off by at most ${Math.max(...results.map(({ doublesOff }) => doublesOff)).toExponential(1)} ulp`,
    );
  });

  it.each(FUNCTIONS.map(({ name }) => [name]))('agree on every 16-bit input of %s', async (name) => {
    if (refusals.has(name)) throw refusals.get(name);
    const { plan, certificate } = kernels.get(name)!;
    const result = found.get(name)!;
    expect(result.doublesOff).toBeLessThan(DOUBLES_OFF);
    expect(certificate.inputsChecked).toBe(65536);
    expect(certificate.undefinedInputs).toBe(result.undefinedInputs);
    expect(certificate.crc32).toBe(result.crc32);
    expectAgreement(certificate.claim, result.claim);
    expectAgreement(certificate.format, result.format);
    const cumulative = certificate.histogram.map((_, i, all) =>
      all.slice(0, i + 1).reduce((sum, count) => sum + count, 0),
    );
    result.format.below.forEach(([least, most], i) => {
      expect(cumulative[i]).toBeGreaterThanOrEqual(least);
      expect(cumulative[i]).toBeLessThanOrEqual(most);
    });
    // Unrounded, and the worst input is one of those that are alike.
    const units = await runUnits(plan, unitsOf(plan));
    expect(conclude(plan, units).certificate).toEqual(certificate);
    const { maxUlp } = units.map(({ stats }) => stats).reduce(mergeStats, EMPTY_STATS);
    expect(Math.abs(maxUlp - result.format.maxUlp)).toBeLessThan(SAME);
  });
});

/** Kernels of 32 bits, each with the value from which on 2^20 inputs are looked at, one by one. */
const WIDE: readonly (readonly [string, number, () => KernelPlan])[] = [
  ...(['tanh', 'sigmoid'] as const).map((name) => [name, 0.5, () => committed(name).plan] as const),
  ['rsqrt', 1.5, () => committed('rsqrt').plan],
  ['exp', -0.25, () => propose(resolveSpec({ function: 'exp', order: 4 })).plan],
  ['sin', 100.25, () => propose(resolveSpec({ function: 'sin', order: 4 })).plan],
  ['log2', 2.875, () => propose(resolveSpec({ function: 'log2', order: 4 })).plan],
];
const WIDE_INPUTS = 2 ** 20;

function committed(name: string): PlanFile {
  const url = new URL(`../../generated/plan/${name}_q8_24.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as PlanFile;
}

/** Outputs of consecutive inputs in a file. */
function recordRun(plan: KernelPlan, first: number) {
  const run = planRunner(plan);
  const words = new Int32Array(WIDE_INPUTS);
  const outputs = new Float64Array(RUN_LENGTH);
  for (let i = 0; i < WIDE_INPUTS; i += RUN_LENGTH) {
    run(first + i, outputs);
    words.set(outputs, i);
  }
  const file = join(folder, `${plan.name}.bin`);
  writeFileSync(file, words);
  return { ...factsOf(plan), file, first };
}

describe('32-bit kernels and mpmath', () => {
  needs('mpmath', 'numpy');

  it('agree on the worst of a million inputs of each', async () => {
    const plans = WIDE.map(([, from, make]) => ({ plan: make(), first: from * 2 ** 24 }));
    const { worst } = await independentWorst(
      plans.map(({ plan, first }) => recordRun(plan, first)),
      [],
    );
    for (const [i, { plan, first }] of plans.entries()) {
      const unit = { first, last: first + WIDE_INPUTS - 1, inRange: true, inTail: false };
      const [{ stats }] = await runUnits(plan, [unit]);
      const found = worst[i];
      expect(found.doublesOff, plan.name).toBeLessThan(DOUBLES_OFF);
      expect(Math.abs(stats.maxUlp - found.maxUlp), plan.name).toBeLessThan(SAME);
      if (found.alike === 1) expect(stats.worstInput, plan.name).toBe(found.worstInput);
    }
  });

  it('agree at the worst inputs of the committed certificates, to 40 digits', async () => {
    const claims = ['tanh', 'sigmoid', 'rsqrt']
      .map(committed)
      .flatMap(({ plan, certificate: { claim, format } }) =>
        [claim, format].map(({ maxUlp, worstInput }) => ({ plan, maxUlp, worstInput: Number(worstInput) })),
      );
    const { errors } = await independentWorst(
      [],
      claims.map(({ plan, worstInput }) => [factsOf(plan), worstInput, Number(interpret(plan, worstInput))]),
    );
    claims.forEach(({ maxUlp }, i) => {
      expect(maxUlp).toBeGreaterThanOrEqual(errors[i]);
      expect(maxUlp).toBeLessThan(errors[i] + 1e-6 + SAME);
    });
  });
});
