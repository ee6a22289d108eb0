import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showStages, type Stages } from '../../src/cli/stages.js';
import { lineOf, type DetailOf, type Progress } from '../../src/progress.js';
import { pulse } from '../../src/pulse.js';
import { explore } from '../../src/propose/explore.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { verify } from '../../src/verify/verify.js';

/** What progress was told: a label, and the steps done of how many, each time. */
interface Told {
  readonly label: string;
  readonly detailOf: DetailOf | undefined;
  readonly updates: (readonly [done: number, total: number | undefined])[];
}

let told: Told[];
let stages: Stages;
beforeEach(() => {
  told = [];
  const progress: Progress = {
    begin: (label, detailOf) => void told.push({ label, detailOf, updates: [] }),
    update: (done, total) => void told.at(-1)?.updates.push([done, total]),
    stop: () => {},
  };
  stages = showStages(progress);
});
afterEach(() => stages.stop());

describe('the stages of a command', () => {
  it('hear a search while it holds the thread, and a proof unit by unit', async () => {
    const spec = resolveSpec({ function: 'tanh', format: 'Q4.14', ulp: 2 });
    await synthesize(spec, {
      onSearch: () => stages.search('searching k'),
      onProgress: stages.onProgress,
      check: () => stages.proof('proving k'),
    });
    const [search, proof, ...rest] = told;
    expect([search.label, proof.label, rest]).toEqual(['searching k', 'proving k', []]);
    expect(search.updates.length).toBeGreaterThan(20);
    expect(search.updates.map(([done]) => done)).toEqual(search.updates.map((_, i) => i + 1));
    expect(search.detailOf?.(7, 1)).toEqual(['7 polynomials tried', '7 tried']);
    expect(proof.updates.at(-1)).toEqual([2 ** 18, 2 ** 18]);
    const steps = proof.updates.map(([done]) => done);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it.each<KernelSpec>([
    { function: 'tanh', format: 'Q4.12', segmentation: 'dyadic' },
    { function: 'tanh', format: 'Q4.12', segmentation: 'uniform' },
    { function: 'tanh', format: 'Q4.12', segmentation: 'auto', order: 'auto' },
    { function: 'tanh', format: 'Q4.12', monotone: true },
    { function: 'tanh', format: 'Q4.12', ulp: 0.5 },
    { function: 'tanh', format: 'Q32.32', ulp: 2 },
  ])('hear every kind of search: %j', (spec) => {
    stages.search('searching k');
    propose(resolveSpec(spec));
    expect(told[0].updates.length).toBeGreaterThan(10);
  });

  it('hear a proof by bounds', async () => {
    const { plan } = propose(resolveSpec({ function: 'tanh', format: 'Q32.32', ulp: 2 }));
    stages.proof('proving k');
    await verify(plan);
    expect(told[0].updates.length).toBeGreaterThan(1000);
  });

  it('count what really remains of an exploration, in both of its parts', async () => {
    const calls: (readonly [stage: string, done: number, total: number])[] = [];
    const spec = resolveSpec({ function: 'sigmoid', format: 'Q4.4', ulp: 1, order: 2 });
    const { tried } = await explore(spec, (...call) => calls.push(call));
    for (const stage of ['search', 'run']) {
      const of = calls.filter(([name]) => name === stage);
      expect(of.map(([, done]) => done)).toEqual(of.map((_, i) => i));
      expect(new Set(of.map(([, , total]) => total))).toEqual(new Set([of.length]));
    }
    expect(calls.filter(([name]) => name === 'run').length).toBeGreaterThanOrEqual(tried);
  });

  it('hear nothing any more once they are stopped', () => {
    stages.search('searching k');
    stages.stop();
    pulse();
    expect(told[0].updates).toEqual([]);
  });

  it('say how quick they are in few columns too', () => {
    stages.proof('proving tanh_q4_12_q1_15');
    stages.other('searching sigmoid', 'searches');
    const line = ({ label, detailOf }: Told, done: number, seconds: number): string =>
      lineOf({ label, done, total: 2 ** 32, seconds, details: detailOf?.(done, done / seconds) ?? [] }, 60);
    expect(line(told[0], 2 ** 31, 80)).toBe('proving tanh_q4_12_q1_15  50 %  27 M/s  1 min 20 s left');
    expect(line(told[0], 0, 2)).toBe('proving tanh_q4_12_q1_15  ░░░░░░░░░░░░░░░░  0 %  2 s so far');
    expect(told[1].detailOf?.(1, 1.25)).toEqual(['1.3 searches/s', '1.3/s']);
  });
});
