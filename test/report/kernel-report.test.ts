import { describe, expect, it } from 'vitest';
import { kernelReport, renderKernel } from '../../src/report/kernel-report.js';
import { resolveSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';

describe('the report of a kernel', () => {
  it('says what an element costs where the input is secret, and only there', async () => {
    const made = await synthesize(resolveSpec({ function: 'tanh', format: 'Q4.4', order: 1 }));
    const secret = kernelReport(made, ['ezpc/tanh_q4_4.ezpc'], 'run');
    // |x| and two segments and a tail: an indicator each; one step and the finish; x and a are compared.
    expect(secret.secret).toEqual({
      comparisons: 3,
      truncations: 2,
      products: 3,
      bits: 11,
      andGates: 3 * 128 + 2 * 63 + 2 * 63,
    });
    expect(renderKernel(secret)).toContain(
      '3 comparisons, 2 truncations, 3 products, 11 bits; about 636 AND',
    );
    const open = kernelReport(made, ['ts/tanh_q4_4.ts'], 'run');
    expect(open.secret).toBeUndefined();
    expect(renderKernel(open)).not.toContain('secret');
  });
});
