import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelPlan } from '../../src/plan/plan.js';
import { interpret } from '../../src/plan/interpret.js';
import { planRunner } from '../../src/plan/run.js';
import { runningPlan } from '../../src/plan/wide-run.js';
import { vectorsOf } from '../../src/emit/vectors.js';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { crc32Of } from '../../src/verify/crc32.js';
import { fewer, taken } from '../conformance/builds/build.js';
import { EVERY_TARGET } from '../conformance/builds/every.js';
import { PLANS_OF_16_BITS } from '../conformance/sixteen-bits.js';
import { wrongOutputs, type Job } from '../conformance/jobs.js';
import { PLANS } from '../conformance/plans.js';
import { skipWithout } from '../support/needs.js';

/** 16-bit kernels with a proof; the certificate states the hash. */
const PROVEN: Readonly<Record<string, KernelSpec>> = {
  'tanh, finer output': { function: 'tanh', input: 'Q4.12', output: 'Q1.15', order: 2 },
  'sigmoid, half-even': {
    function: 'sigmoid',
    format: 'Q4.12',
    ulp: 2,
    rounding: 'half-even',
    stepRounding: 'half-even',
  },
  rsqrt: { function: 'rsqrt', format: 'Q4.12' },
  'exp, unsigned': { function: 'exp', format: 'UQ4.12', range: [0, 2] },
  'log2, floor': { function: 'log2', input: 'UQ4.12', output: 'Q5.11', rounding: 'floor', ulp: 2 },
  'atan, dyadic': { function: 'atan', format: 'Q4.12', segmentation: 'dyadic', order: 2 },
  'reciprocal, symmetric ends': { function: 'reciprocal', format: 'Q8.8', overflow: 'saturate-symmetric' },
  // The eighth, as hardware has as many stages as are chosen: in fewer, simulators take several times as long.
  sin: { function: 'sin', input: 'Q5.11', output: 'Q2.14' },
};

/** Wider kernels, tried on test vectors and a seeded sample: the interpreter states the hash. */
const WIDE = ['tanh Q8.24', 'rsqrt Q8.24', 'sin Q8.24', 'reciprocal Q16.16', 'sigmoid Q32.32'] as const;
const SAMPLE = 2 ** 20;

interface Hashed {
  readonly job: Job;
  readonly crc32: string;
  /** How many inputs the hash is of. */
  readonly inputs: number;
}

let narrow: readonly Hashed[] = [];
let wide: readonly Hashed[] = [];

beforeAll(async () => {
  const jobs: Hashed[] = [];
  for (const [about, spec] of Object.entries(PROVEN)) {
    const { plan, certificate } = await synthesize(resolveSpec(spec));
    jobs.push(hashed(`n${jobs.length}`, about, plan, everyInput(plan), certificate.crc32));
  }
  for (const [about, make] of Object.entries(PLANS_OF_16_BITS)) {
    const plan = make();
    jobs.push(hashed(`n${jobs.length}`, about, plan, everyInput(plan)));
  }
  narrow = jobs;
  wide = WIDE.map((about, i) => {
    const plan = PLANS[about]();
    return hashed(`w${i}`, about, plan, [...vectorsOf(plan).inputs, ...seeded(plan, SAMPLE)]);
  });
});

/** Every input of a 16-bit format. */
function everyInput({ input }: KernelPlan): readonly bigint[] {
  const least = minRawBigint(input);
  return Array.from({ length: Number(maxRawBigint(input) - least) + 1 }, (_, i) => least + BigInt(i));
}

/** Inputs that a xorshift generator draws (Marsaglia 2003), of every magnitude. */
function seeded({ input }: KernelPlan, count: number): readonly bigint[] {
  let state = 88172645463325252n;
  const next = () => {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= state >> 7n;
    state ^= BigInt.asUintN(64, state << 17n);
    return state;
  };
  return Array.from({ length: count }, (_, i) => {
    const word = next() >> BigInt(i % 4 === 0 ? i % input.bits : 0);
    return input.signed ? BigInt.asIntN(input.bits, word) : BigInt.asUintN(input.bits, word);
  });
}

function hashed(
  name: string,
  about: string,
  plan: KernelPlan,
  inputs: readonly bigint[],
  crc32?: string,
): Hashed {
  const outputs = plan.input.bits === 16 ? ranOver(plan, inputs) : interpreted(plan, inputs);
  const job = { about, plan: { ...plan, name }, inputs, outputs };
  return { job, crc32: crc32 ?? crcOf(plan, outputs), inputs: inputs.length };
}

function interpreted(plan: KernelPlan, inputs: readonly bigint[]): readonly bigint[] {
  const running = runningPlan(plan);
  return inputs.map((x) => interpret(running, x));
}

/** All outputs by the runner of proofs, which for plans that are proven gives the certificate's hash. */
function ranOver(plan: KernelPlan, inputs: readonly bigint[]): readonly bigint[] {
  const outputs = new Float64Array(inputs.length);
  planRunner(plan)(Number(inputs[0]), outputs);
  return Array.from(outputs, BigInt);
}

/** The CRC-32 of outputs in 32-bit little-endian words, or 64-bit ones where the format has more than 32. */
function crcOf({ output }: KernelPlan, outputs: readonly bigint[]): string {
  const words =
    output.bits > 32
      ? BigInt64Array.from(outputs, (y) => BigInt.asIntN(64, y))
      : Int32Array.from(outputs, (y) => Number(BigInt.asIntN(32, y)));
  return crc32Of(new Uint8Array(words.buffer)).toString(16).padStart(8, '0');
}

/** The vectors of a job, and as many of its sample as make the number. */
function first(job: Job, count: number): Job {
  return { ...job, inputs: job.inputs.slice(0, count), outputs: job.outputs.slice(0, count) };
}

/** The hash of what came back for each job, from 64-bit words. */
function hashesOf(jobs: readonly Job[], answer: Buffer): readonly string[] {
  let at = 0;
  return jobs.map(({ plan, inputs }) => {
    const outputs = inputs.map((_, i) => answer.readBigInt64LE(at + 8 * i));
    at += 8 * inputs.length;
    return crcOf(plan, outputs);
  });
}

describe.each(EVERY_TARGET)('one hash: $name', ({ target, builds }) => {
  it.for(builds)('$name', async (build, { skip }) => {
    skipWithout(skip, build.missing());
    const portion = build.portion ?? { complete: Infinity, narrow: Infinity, wide: Infinity };
    const all = [...narrow, ...wide];
    const jobs = all.map(({ job }, i) => {
      if (i >= narrow.length) return first(job, portion.wide);
      return i < portion.complete ? job : fewer(job, portion.narrow);
    });
    const { kept } = taken(jobs, target);
    const answer = await build.answer(kept);
    expect(wrongOutputs(kept, answer)).toEqual([]);
    const hashes = hashesOf(kept, answer);
    const whole = kept.flatMap(({ about, inputs }, i) => {
      const expected = all.find(({ job }) => job.about === about);
      return expected?.inputs === inputs.length
        ? [{ about, given: hashes[i], expected: expected.crc32 }]
        : [];
    });
    expect(whole.map(({ about, given }) => [about, given])).toEqual(
      whole.map(({ about, expected }) => [about, expected]),
    );
    console.log(
      `${target.name}, ${build.name}: ${kept.length} of ${all.length} kernels, the hash of ${whole.length} over all of their inputs`,
    );
    expect(kept.length).toBeGreaterThan(all.length / 2);
    const of16Bits = kept.filter(({ plan }) => plan.input.bits === 16).length;
    expect(whole.length).toBeGreaterThanOrEqual(Math.min(portion.complete, of16Bits));
  });
});

describe('the hash', () => {
  it('is the certificate’s, and of other outputs another', () => {
    for (const { job, crc32 } of narrow)
      expect([job.about, crcOf(job.plan, job.outputs)]).toEqual([job.about, crc32]);
    const [{ job, crc32 }] = narrow;
    const changed = job.outputs.map((y, i) => (i === 4711 ? y + 1n : y));
    expect(crcOf(job.plan, changed)).not.toBe(crc32);
  });
});
