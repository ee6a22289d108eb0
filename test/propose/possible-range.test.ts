import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { onPulse, pulse, withinPulses } from '../../src/pulse.js';
import type { KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';

describe('a target that no kernel meets on the whole format', () => {
  it.each<KernelSpec>([
    { function: 'exp', format: 'Q40.24' },
    { function: 'exp', format: 'Q16.32', order: 2 },
  ])('is refused with a range on which one does: %j', async (spec) => {
    const refusal = await synthesize(spec).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(refusal instanceof ApproxgenError)) throw new TypeError(`${spec.format} is not refused`);
    expect(refusal.exitStatus).toBe(1);
    const [, lo, hi] = /--range=([^,\s]+),([^,\s]+)/.exec(refusal.diagnostic.hint ?? '') ?? [];
    const range: [number, number] = [Number(lo), Number(hi)];
    await expect(synthesize({ ...spec, range })).resolves.toHaveProperty('plan');
  });

  it('has no range to offer where the user named one', async () => {
    const asked = synthesize({ function: 'log', format: 'Q8.8', order: 0, ulp: 0.6, range: [1, 100] });
    await expect(asked).rejects.toMatchObject({
      diagnostic: { hint: expect.not.stringContaining('--range=') },
    });
  });
});

describe('a limit of pulses', () => {
  it('ends what takes more, tells who listens of each, and leaves who listened before', () => {
    let heard = 0;
    const end = onPulse(() => heard++);
    const work = (pulses: number) => () => {
      for (let i = 0; i < pulses; i++) pulse();
      return 'done';
    };
    expect([withinPulses(3, work(3)), withinPulses(3, work(5))]).toEqual(['done', undefined]);
    pulse();
    end();
    expect(heard).toBe(8);
  });
});
