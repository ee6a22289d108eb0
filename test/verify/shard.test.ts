import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { interpret } from '../../src/plan/interpret.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { crc32Of } from '../../src/verify/crc32.js';
import { shardVerifier } from '../../src/verify/shard.js';
import { EMPTY_STATS, mergeStats, type ErrorStats } from '../../src/verify/stats.js';

const SPECS: readonly KernelSpec[] = [
  { function: 'tanh', format: 'Q8.8', ulp: 2 },
  { function: 'rsqrt', format: 'Q4.12' },
  { function: 'rsqrt', format: 'Q4.12', relative: 2 ** -8 },
  { function: 'exp', format: 'Q4.12' },
  { function: 'log2', format: 'Q5.11' },
];

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))('shards of %s', (_, spec) => {
  const { plan } = propose(resolveSpec(spec));
  const verifyShard = shardVerifier(plan, findFunction(plan.function));
  const [first, last] = [minRaw(plan.input), maxRaw(plan.input)];

  it('say the same wherever the inputs are divided', () => {
    const whole = verifyShard({ first, last });
    for (const cuts of [[0], [1], [-1, 0, 1, 2], [-4096, 17, 4096, 4099], [first + 1, last]]) {
      const edges = [first, ...cuts, last + 1];
      const parts = edges
        .slice(1)
        .map((edge, i): ErrorStats =>
          edges[i] === edge ? EMPTY_STATS : verifyShard({ first: edges[i], last: edge - 1 }),
        );
      expect(parts.reduce(mergeStats, EMPTY_STATS)).toEqual(whole);
    }
  });
});

describe('a shard', () => {
  const { plan } = propose(resolveSpec({ function: 'rsqrt', format: 'Q4.12' }));
  const verifyShard = shardVerifier(plan, findFunction('rsqrt'));

  it('counts inputs without a value apart, but in the CRC', () => {
    const stats = verifyShard({ first: -3, last: 2 });
    expect(stats).toMatchObject({ inputs: 2, undefinedInputs: 4 });
    const words = Int32Array.from([-3, -2, -1, 0, 1, 2], (x) => Number(interpret(plan, x)));
    expect(stats.crc32).toBe(crc32Of(new Uint8Array(words.buffer)));
  });

  it('of such inputs alone has no worst input', () => {
    expect(verifyShard({ first: -10, last: 0 })).toMatchObject({
      inputs: 0,
      undefinedInputs: 11,
      maxUlp: 0,
      worstInput: null,
      correctlyRounded: 0,
    });
  });
});

describe('verdicts at a threshold', () => {
  const { plan } = propose(resolveSpec({ function: 'tanh', format: 'Q3.5', order: 0, ulp: 4 }));
  const unit = 2 ** plan.guardBits;

  // tanh 0 is 0, so that a constant plan's error at 0 is the constant.
  it.each([
    [0, { maxUlp: 0, faithful: 1, correctlyRounded: 1 }],
    [1, { maxUlp: 1, faithful: 0, correctlyRounded: 0 }],
    [-1, { maxUlp: 1, faithful: 0, correctlyRounded: 0 }],
  ])('an error of exactly %i ulp', (output, expected) => {
    const segments = plan.segments.map((segment) => ({ ...segment, coefficients: [output * unit] }));
    const verifyShard = shardVerifier({ ...plan, segments }, findFunction('tanh'));
    expect(verifyShard({ first: 0, last: 0 })).toMatchObject(expected);
  });
});
