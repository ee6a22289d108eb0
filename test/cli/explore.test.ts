import { describe, expect, it } from 'vitest';
import type { Exploration } from '../../src/report/explore-report.js';
import { inWorkplace } from './run.js';

const explorationOf = ({ stdout }: { stdout: Buffer | string }) =>
  (JSON.parse(stdout.toString()) as { exploration: Exploration }).exploration;

describe.concurrent('approxgen explore', () => {
  it('shows plans that meet the target and that no other beats, and writes nothing', () =>
    inWorkplace(async ({ run, listing }) => {
      const outcome = await run(['explore', '--fn', 'tanh', '--format', 'Q4.6', '--json']);
      const { front, inputsRun, exhaustive, tried } = explorationOf(outcome);
      expect([outcome.status, inputsRun, exhaustive]).toEqual([0, 1024, true]);
      expect(front.length).toBeGreaterThan(3);
      expect(tried).toBeGreaterThan(front.length);
      for (const [i, plan] of front.entries()) {
        expect(plan.maxUlp).toBeLessThanOrEqual(1);
        expect(plan.meanUlp).toBeLessThan(plan.maxUlp);
        if (i > 0) expect(plan.tableBytes).toBeGreaterThanOrEqual(front[i - 1].tableBytes);
        const beaten = front.some(
          (other) =>
            other !== plan &&
            other.tableBytes <= plan.tableBytes &&
            other.multiplications <= plan.multiplications &&
            other.depth <= plan.depth &&
            other.maxUlp < plan.maxUlp - 0.05 &&
            other.meanUlp < plan.meanUlp - 0.05,
        );
        expect(beaten).toBe(false);
      }
      expect(new Set(front.map(({ order }) => order)).size).toBeGreaterThan(1);
      expect(listing()).toEqual({});
    }));

  it('its first row is a kernel that the same options make', () =>
    inWorkplace(async ({ run }) => {
      const fixed = ['--expr', 'x^2/(1+x^2)', '--format', 'Q3.7', '--order', '2'];
      const { front } = explorationOf(await run(['explore', ...fixed, '--json']));
      const [{ guardBits, segmentation, method, segments, tableBytes }] = front;
      const polish = method === 'minimax' ? 'minimax' : 'none';
      const options = ['--guard', String(guardBits), '--segmentation', segmentation, '--polish', polish];
      const made = await run([...fixed, ...options, '--dry-run', '--json']);
      const { kernels } = JSON.parse(made.stdout.toString()) as {
        kernels: { segments: number; tableBytes: number }[];
      };
      expect(kernels[0].segments).toBe(segments);
      expect(kernels[0].tableBytes).toBeGreaterThanOrEqual(tableBytes);
    }));

  it('compares plans of wide formats on a sample of the range, whatever serves it', () =>
    inWorkplace(async ({ run }) => {
      const fixed = ['--fn', 'tanh', '--format', 'Q8.24', '--range=-8,8', '--ulp', '2', '--order', '4'];
      const outcome = await run([
        'explore',
        ...fixed,
        '--segmentation',
        'dyadic',
        '--polish',
        'minimax',
        '--json',
      ]);
      const { exhaustive, inputsRun, front } = explorationOf(outcome);
      expect({ exhaustive, few: inputsRun < 2 ** 18 }).toEqual({ exhaustive: false, few: true });
      for (const { maxUlp } of front) expect(maxUlp).toBeLessThanOrEqual(2);
    }));

  it('says so where no plan is short enough', () =>
    inWorkplace(async ({ run }) => {
      const { status, stderr } = await run(['explore', '--fn', 'tanh', '--format', 'Q4.12', '--order', '0']);
      expect(status).toBe(1);
      expect(stderr).toContain('no plan of at most 256 segments that was tried reaches 1 ulp');
    }));

  it('refuses a target that no order meets as the search does', () =>
    inWorkplace(async ({ run }) => {
      const { status, stderr } = await run(['explore', '--fn', 'tanh', '--format', 'Q4.6', '--ulp', '0.4']);
      expect(status).toBe(1);
      expect(stderr).toContain('below half an ulp');
    }));
});
