import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { planHash } from '../../src/plan/canonical.js';
import { resolveSpec } from '../../src/spec.js';
import { propose } from '../../src/propose/propose.js';
import { makeCertificate, meetsTarget, summarise, type PartStats } from '../../src/verify/certificate.js';
import { EMPTY_STATS, type ErrorStats } from '../../src/verify/stats.js';

const { plan } = propose(resolveSpec({ function: 'rsqrt', format: 'Q4.8' }));
const claimed: ErrorStats = {
  ...EMPTY_STATS,
  inputs: 10,
  maxUlp: 0.7500001,
  worstInput: 4,
  correctlyRounded: 8,
  faithful: 10,
};
const alike = (stats: ErrorStats): PartStats => ({ all: stats, held: stats });
const format: ErrorStats = { ...claimed, inputs: 20, undefinedInputs: 12, crc32: 0xab };

describe('a certificate', () => {
  const parts = {
    claimed: alike(claimed),
    tails: alike(EMPTY_STATS),
    format: alike(format),
  };
  const certificate = makeCertificate(plan, findFunction('rsqrt'), parts);

  it('tells inputs checked from inputs judged, and names the plan', () => {
    expect(certificate).toMatchObject({
      planHash: planHash(plan),
      inputsChecked: 32,
      undefinedInputs: 12,
      claim: { inputs: 10 },
      format: { inputs: 20 },
    });
  });

  it('writes a CRC with all its digits', () => {
    expect(certificate.crc32).toBe('000000ab');
  });

  it('has a relative error only where one was asked for', () => {
    expect(certificate.claim).not.toHaveProperty('maxRelative');
    const relative = makeCertificate({ ...plan, target: { relative: 0.1 } }, findFunction('rsqrt'), parts);
    expect(relative.claim).toHaveProperty('maxRelative');
  });
});

describe('printed errors are never below those found', () => {
  it.each([0, 0.5, 0.7500001, 0.9999999, 1, 2, 1e-9, 12345.678901234, 1 / 3])('%d', (maxUlp) => {
    const found = summarise({ ...EMPTY_STATS, maxUlp, maxRelative: maxUlp }, EMPTY_STATS, true);
    expect(found.maxUlp).toBeGreaterThanOrEqual(maxUlp);
    expect(found.maxUlp).toBeLessThan(maxUlp + 1.000001e-6);
    expect(found.maxRelative).toBeGreaterThanOrEqual(maxUlp);
    expect(found.maxRelative).toBeLessThanOrEqual(maxUlp * (1 + 1.000001e-6));
  });
});

describe('a target is met', () => {
  // An ulp of Q4.8 is 2^-8.
  it.each([
    [{ ulp: 1 }, 1, 0, true],
    [{ ulp: 1 }, 1.0000001, 0, false],
    [{ error: 2 ** -8 }, 1, 0, true],
    [{ error: 2 ** -8 }, 1.01, 0, false],
    [{ relative: 0.1 }, 99, 0.1, true],
    [{ relative: 0.1 }, 0, 0.11, false],
    [{ ulp: 2, error: 2 ** -8 }, 1.5, 0, false],
    [{ ulp: 1, relative: 0.1 }, 2, 0.05, false],
    [{ ulp: 1, relative: 0.1 }, 0.5, 0.2, false],
  ])('%o with %d ulp and a relative error of %d: %s', (target, maxUlp, maxRelative, met) => {
    expect(meetsTarget({ ...plan, target }, { ...claimed, maxUlp, maxRelative })).toBe(met);
  });
});
