import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { exactError } from '../../src/verify/reference.js';
import { referenceSetting, shardVerifier } from '../../src/verify/shard.js';

const COUNT = 1500;

/** What the interpreter and multiple precision say of consecutive inputs, one by one. */
function oneByOne(plan: KernelPlan, first: number) {
  const setting = referenceSetting(plan, findFunction(plan.function));
  const seen = Array.from({ length: COUNT }, (_, i) => {
    const output = Number(interpret(plan, first + i));
    return { x: first + i, output, error: exactError(setting, first + i, output) };
  });
  const worst = seen.reduce((a, b) => (b.error > a.error ? b : a));
  const outputs = seen.map(({ output }) => output);
  return {
    maxUlp: worst.error,
    worstInput: worst.x,
    correctlyRounded: seen.filter(({ error }) => error <= 0.5).length,
    faithful: seen.filter(({ error }) => error < 1).length,
    least: Math.min(...outputs),
    most: Math.max(...outputs),
  };
}

/** Where formats of 32 bits are hardest: tails that are lines, ties, poles, and shifts that leave nothing. */
const STRETCHES: readonly (readonly [KernelSpec, readonly number[]])[] = [
  [{ function: 'tanh' }, [-2_000_000_000, -100_000_000, -700, 98_566_144, 134_217_000]],
  [{ function: 'gelu' }, [-1_200_000_000, -150_000_000, 134_217_000, 140_000_000, 1_257_620_111]],
  [{ function: 'softplus' }, [-300_000_000, 300_000_000, 600_000_000, 1_257_620_111]],
  [{ function: 'silu' }, [-540_000_000, 540_000_000, 700_000_000]],
  [{ function: 'leaky-relu' }, [-1_200_000_000, -700, 5_000_000]],
  [{ function: 'hard-swish' }, [-50_332_000, -1_000_000, 50_331_000]],
  [{ function: 'exp' }, [-1_200_000_000, -290_700_000, -100_000, 81_403_000, 1_270_874_112]],
  [{ function: 'expm1' }, [-1_200_000_000, -290_700_000, 81_403_000, 1_270_874_112]],
  [{ function: 'log1p' }, [-16_777_215, -16_700_000, 400_000_000]],
  [{ function: 'tan' }, [-1_200_000_000, 26_353_000, 26_000_000]],
  [{ function: 'silu', format: 'Q16.16' }, [2_000_000, 100_000_000]],
  [{ function: 'gelu', input: 'Q8.24', output: 'Q8.20', ulp: 1 }, [140_000_000, 1_257_620_111]],
  [{ function: 'exp', rounding: 'floor', stepRounding: 'floor', ulp: 2 }, [-1_200_000_000, -290_700_000]],
];

describe('a stretch of inputs', () => {
  it.each(STRETCHES)('of %j is what its inputs are one by one', (spec, firsts) => {
    const { plan } = propose(resolveSpec(spec));
    const verifyShard = shardVerifier(plan, findFunction(plan.function));
    for (const first of firsts) {
      const { least, most, ...stats } = verifyShard({ first, last: first + COUNT - 1 });
      const ends = { least: least?.output, most: most?.output };
      expect({ first, ...stats, ...ends }).toMatchObject({ first, ...oneByOne(plan, first) });
    }
  });
});
