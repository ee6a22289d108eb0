import { describe, expect, it } from 'vitest';
import { planTarget } from '../../src/emit/plan-json.js';
import { fileDigest, type PlanFile } from '../../src/verify/plan-file.js';
import { textOf } from '../../src/emit/target.js';
import { emit } from '../../src/emit/targets.js';
import { canonicalJson, planHash } from '../../src/plan/canonical.js';
import { checkWellFormed } from '../../src/plan/wellformed.js';
import { PLANS } from '../conformance/plans.js';
import { unprovenCertificate } from './module.js';

describe('a plan file', () => {
  it.each(['odd, tail as a row', 'normalised, scaled', 'split', 'even, clamped steps'])(
    'gives back the very plan: %s',
    async (name) => {
      const plan = PLANS[name]();
      const certificate = unprovenCertificate(plan);
      const [file] = await planTarget.emit(plan, certificate);
      const read = JSON.parse(textOf(file)) as PlanFile;
      expect(file.path).toBe(`plan/${plan.name}.json`);
      expect(canonicalJson(read)).toBe(
        canonicalJson({ plan, certificate, digest: fileDigest({ plan, certificate }) }),
      );
      expect(planHash(read.plan)).toBe(certificate.planHash);
      expect(() => checkWellFormed(read.plan)).not.toThrow();
    },
  );

  it('has the same bytes for the same plan', async () => {
    const texts = await Promise.all(
      [1, 2].map(async () => {
        const plan = PLANS.split();
        return textOf((await planTarget.emit(plan, unprovenCertificate(plan)))[0]);
      }),
    );
    expect(texts[0]).toBe(texts[1]);
  });
});

describe('emit', () => {
  const plan = PLANS.split();
  const certificate = unprovenCertificate(plan);

  it('always writes the plan, and each target once', async () => {
    const paths = async (targets: string[]) =>
      (await emit(plan, certificate, targets)).map(({ path }) => path);
    expect(await paths([])).toEqual([`plan/${plan.name}.json`]);
    expect(await paths(['ts', 'ts', 'plan'])).toEqual([`plan/${plan.name}.json`, `ts/${plan.name}.ts`]);
  });

  it('refuses an unknown target and names the nearest', async () => {
    await expect(emit(plan, certificate, ['tss'])).rejects.toMatchObject({
      exitStatus: 2,
      diagnostic: {
        code: 'unknown-target',
        message: expect.stringContaining('"tss"') as string,
        hint: 'did you mean ts?',
      },
    });
  });
});
